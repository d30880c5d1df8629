import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { createReading, ignoredUsersIn } from '../accounts/cached-account-data.ts'
import { createPushRules } from '../accounts/push-rules.ts'
import { openReaderRules } from '../accounts/reader-rules.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { createAlterRoom } from '../rooms/alter-room.ts'
import { classOfDraft } from '../rooms/event-class.ts'
import { createSingleOut, type SingleOut } from '../rooms/mentions.ts'
import { testRooms } from '../rooms/test-rooms.ts'
import { createAccountDataStore } from '../storage/account-data.ts'
import type { Database } from '../storage/database.ts'
import { createPushRulePages } from '../storage/push-rules.ts'
import { createReceiptStore } from '../storage/receipts.ts'
import { createUnreadStore } from '../storage/unread.ts'
import { createUnreadCounts } from './unread-counts.ts'

/** People of the world, all of this server. */
export const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map((name): UserId => `@${name}:hs`)
export const [alice, bob] = users as [UserId, UserId]

export const ignoredType = 'm.ignored_user_list'

/** Rooms, people's rules and whom they ignore, and the counts that come of them, on a test's database. Of few readers memory keeps the rules. */
export async function openWorld(database: Database) {
  let real: SingleOut
  const singleOut: SingleOut = {
    candidates: (draft) => real.candidates(draft),
    concerned: (...args) => real.concerned(...args),
    hold: (...args) => real.hold(...args),
    read: (...args) => real.read(...args),
    mentions: (...args) => real.mentions(...args),
  }
  const rooms = testRooms(database, { singleOut, classify: classOfDraft })
  const { identifiers, groupCommit, streams } = rooms
  const accountData = createAccountDataStore({ database, groupCommit })
  const reportError = (error: unknown): void => {
    throw error
  }
  const rules = await openReaderRules({ accountData, identifiers, pages: createPushRulePages(database), streams, reportError, capacity: 3 })
  real = createSingleOut({
    isLocal: (userId) => userId.endsWith(':hs'),
    identifiers,
    keywordIndex: rules.index,
    rules,
    classify: classOfDraft,
  })
  const unreadStore = createUnreadStore(database)
  const unread = createUnreadCounts({ receipts: createReceiptStore({ database, groupCommit }), unread: unreadStore, streams })
  const ignored = createReading({ accountData, identifiers, streams }, ignoredType, ignoredUsersIn)
  const alterRoom = createAlterRoom(rooms)
  return {
    ...rooms,
    alterRoom,
    rules,
    pushRules: createPushRules({ rules }),
    unreadStore,
    unread,
    accountData,
    ignored,
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

/** A public room of Alice's in which everybody may set state. */
export async function newRoom({ newRoom: make, sendEvent }: World, members: readonly UserId[]): Promise<RoomId> {
  const { room } = await make(roomVersion('12')!, [
    { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: '12' } },
    { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join', displayname: 'Alice' } },
    {
      sender: alice,
      type: 'm.room.power_levels',
      stateKey: '',
      content: { state_default: 0, users: { [bob]: 50 }, events: { 'm.room.tombstone': 0 } },
    },
    { sender: alice, type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'public' } },
  ])
  for (const user of members) {
    const displayname = user.slice(1, -3)
    if (user !== alice)
      await sendEvent({
        roomId: room.roomId,
        sender: user,
        type: 'm.room.member',
        stateKey: user,
        content: { membership: 'join', displayname },
      })
  }
  return room.roomId
}
