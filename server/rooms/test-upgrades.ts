import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Database } from '../storage/database.ts'
import type { GroupCommit } from '../storage/group-commit.ts'
import { createMetaStore } from '../storage/meta.ts'
import { createUpgradeNotes } from '../storage/upgrade-notes.ts'
import { createFollowers } from './followers.ts'
import type { MembershipPolicy } from './membership-change.ts'
import { createMoveRoom } from './move-room.ts'
import { createReplaceRoom } from './replace-room.ts'
import { committedState } from './room.ts'
import { testDeeds } from './test-deeds.ts'
import { createUpgrades, type UpgradeTermsOf } from './upgrade-room.ts'

interface Options {
  policy?: MembershipPolicy
  termsOf?: UpgradeTermsOf
  /** Puts something between the upgrade and its commits. */
  between?: (groupCommit: GroupCommit) => GroupCommit
  carrySettings?: (fromId: RoomId, toId: RoomId, userIds: readonly UserId[]) => Promise<void>
}

/** Upgrades of rooms on a test's database, wired as the server wires them. */
export function testUpgrades(database: Database, options: Options = {}) {
  const { policy = { check: () => {}, admitsAtOnce: () => false }, carrySettings, between = (groupCommit) => groupCommit } = options
  const deeds = testDeeds(database, { policy })
  const { roomStates, memberships, state, people, aliases, directory, alterRoom, restrictedJoin } = deeds
  const followers = createFollowers({ roomStates, memberships, state, policy, isLocal: people.isLocal })
  const notes = createUpgradeNotes(createMetaStore(database))
  const moved: [RoomId, RoomId][] = []
  const upgrades = createUpgrades({
    roomStates,
    replaceRoom: createReplaceRoom({ ...deeds, groupCommit: between(deeds.groupCommit) }),
    moveRoom: createMoveRoom({
      roomStates,
      alterRoom,
      followers,
      restrictedJoin,
      stores: { aliases, directory },
      carrySettings: async (from, to, userIds) => carrySettings?.(from.roomId, to.roomId, userIds),
      onMoved: async (from, to) => {
        moved.push([from.roomId, to.roomId])
      },
    }),
    followers,
    people,
    aliases,
    notes,
    termsOf: options.termsOf ?? ((_room, actor, additionalCreators) => ({ actor, additionalCreators })),
  })
  const stateOf = async (roomId: RoomId) => {
    const room = (await roomStates.open(roomId))!
    return (type: string, stateKey = '') => committedState(room)(type, stateKey)?.pdu.content
  }
  const membersOf = async (roomId: RoomId): Promise<{ [userId: string]: string }> => {
    const { nid } = (await roomStates.open(roomId))!
    const all = await memberships.inRoom(nid, ['join', 'invite', 'ban', 'leave', 'knock'])
    return Object.fromEntries(all.map(({ userId, membership }) => [userId, membership]))
  }
  return { ...deeds, ...upgrades, notes, moved, stateOf, membersOf }
}
