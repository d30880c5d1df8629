import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AccountData } from '../accounts/account-data.ts'
import type { PushRules } from '../accounts/push-rules.ts'
import { committedState, type Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { AccountDataStore, UserEntry } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { DirectList } from './direct-list.ts'

/**
 * Gives people who are joined to a room that took the place of another what they keep about the other: tags and further account data,
 * push rules, and that it is a direct conversation. What they keep about the new one already stays. client-server-api/#room-upgrades
 */
export type CarrySettings = (from: Room, to: Room, userIds: readonly UserId[]) => Promise<void>

interface Needs {
  roomStates: Pick<RoomStates, 'loadMembers'>
  identifiers: Pick<Identifiers, 'user'>
  store: Pick<AccountDataStore, 'ofUsers'>
  accountData: Pick<AccountData, 'put'>
  pushRules: Pick<PushRules, 'carry'>
  directList: DirectList
}

/** These speak of events of the old room. */
const ofItsEvents: readonly string[] = ['m.fully_read', 'm.marked_unread']

export function createCarrySettings({ roomStates, identifiers, store, accountData, pushRules, directList }: Needs): CarrySettings {
  const carryDirect = async (userId: UserId, list: UserEntry['content'], from: RoomId, to: RoomId): Promise<void> => {
    const others = Object.entries(list)
      .filter(([other, rooms]) => isUserId(other) && Array.isArray(rooms) && rooms.includes(from))
      .map(([other]) => other as UserId)
    if (others.length > 0) await directList.add(userId, others, to)
  }

  return async (from, to, userIds) => {
    await roomStates.loadMembers(to, userIds)
    const present = userIds.filter((userId) => membershipOf(committedState(to), userId) === 'join')
    if (present.length === 0) return
    const byNid = new Map<number, UserId>()
    for (const userId of present) byNid.set(await identifiers.user(userId), userId)
    const nids = [...byNid.keys()]
    const [before, there, direct] = await Promise.all([
      store.ofUsers(nids, from.nid),
      store.ofUsers(nids, to.nid),
      store.ofUsers(nids, 0, 'm.direct'),
    ])
    const kept = new Set(there.map(({ userNid, type }) => `${userNid} ${type}`))
    const missing = before.filter(({ userNid, type }) => !ofItsEvents.includes(type) && !kept.has(`${userNid} ${type}`))
    await Promise.all([
      ...missing.map(({ userNid, type, content }) =>
        whereThereIsRoom(accountData.put({ userId: byNid.get(userNid)!, roomId: to.roomId }, type, content)),
      ),
      ...direct.map(({ userNid, content }) => carryDirect(byNid.get(userNid)!, content, from.roomId, to.roomId)),
      ...present.map((userId) => whereThereIsRoom(pushRules.carry(userId, from.roomId, to.roomId))),
    ])
  }
}

/** Who keeps as much as one may keeps the new room without it. */
const whereThereIsRoom = (putting: Promise<void>): Promise<void> =>
  putting.catch((error) => {
    if (!(error instanceof MatrixError)) throw error
  })
