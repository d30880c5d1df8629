import type { UserId } from '../../spec/identifiers.ts'
import { createAliasStore } from '../storage/aliases.ts'
import { createDirectoryStore } from '../storage/directory.ts'
import type { Database } from '../storage/database.ts'
import { createAccountStore } from '../storage/accounts.ts'
import { createProfileStore } from '../storage/profiles.ts'
import { createAlterRoom } from './alter-room.ts'
import { createCreateRoom, createMakeRoom } from './create-room.ts'
import { createMemberships } from './membership.ts'
import type { MembershipPolicy } from './membership-change.ts'
import { createPeople } from './people.ts'
import { createRestrictedJoin } from './restricted-join.ts'
import { createSetState, type CheckState } from './set-state.ts'
import { testRooms } from './test-rooms.ts'

const laissezFaire: MembershipPolicy = { check: () => {}, admitsAtOnce: () => false }

/** What people do to rooms, on a test's database, wired as the server wires it. */
export function testDeeds(database: Database, options: { policy?: MembershipPolicy; checkState?: CheckState } = {}) {
  const { policy = laissezFaire, checkState = () => {} } = options
  const rooms = testRooms(database)
  const { serverName, roomStates, streams, now } = rooms
  const accounts = createAccountStore(database)
  const profiles = createProfileStore(database)
  const accountData = new Map<string, { readonly [key: string]: unknown }>()
  const accountDataOf = async (userId: UserId, type: string) => accountData.get(`${userId} ${type}`)
  const systemUser = { userId: '@_system:hs', displayName: 'Hallway' } as const
  const people = createPeople({ serverName, accounts, profiles, streams, accountDataOf, systemUser })
  const restrictedJoin = createRestrictedJoin({ roomStates, memberships: rooms.memberships, isLocal: people.isLocal })
  const alterRoom = createAlterRoom(rooms)
  const members = createMemberships({ alterRoom, roomStates, restrictedJoin, people, policy })
  const aliases = createAliasStore(database)
  const directory = createDirectoryStore(database)
  const makeRoom = createMakeRoom({ newRoom: rooms.newRoom, aliases, directory, now })
  const createRoom = createCreateRoom({ serverName, makeRoom, people, policy, checkState })
  const setState = createSetState({ alterRoom, roomStates, memberships: members, aliases, checkState })
  const signUp = async (...localparts: string[]): Promise<UserId[]> => {
    const userIds = localparts.map((localpart): UserId => `@${localpart}:${serverName}`)
    await database.write(async (tx) => {
      for (const userId of userIds) {
        await accounts.create(tx, { userId, passwordHash: undefined, admin: false, createdTs: now() })
        await profiles.set(tx, userId, 'displayname', `${userId.slice(1, -3)}!`)
      }
    })
    return userIds
  }
  return {
    ...rooms,
    accounts,
    profiles,
    accountData,
    accountDataOf,
    systemUser,
    people,
    restrictedJoin,
    alterRoom,
    members,
    aliases,
    directory,
    makeRoom,
    createRoom,
    setState,
    signUp,
  }
}
