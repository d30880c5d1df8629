import type { UserId } from '../spec/identifiers.ts'
import type { Config } from './config.ts'
import type { JsonObject } from './protocol/event.ts'
import { createAliases } from './rooms/aliases.ts'
import { createCheckNaming } from './rooms/alias-rules.ts'
import { createAlterRoom } from './rooms/alter-room.ts'
import { createCreateRoom, createMakeRoom } from './rooms/create-room.ts'
import { createDirectory } from './rooms/directory.ts'
import { createForgetRoom } from './rooms/forget-room.ts'
import { createMemberships } from './rooms/membership.ts'
import { createPeople } from './rooms/people.ts'
import { createLeaveAllRooms, createPropagateProfile } from './rooms/profile-in-rooms.ts'
import { createRestrictedJoin } from './rooms/restricted-join.ts'
import { createSummariseRoom } from './rooms/room-summary.ts'
import { createSetState } from './rooms/set-state.ts'
import { createSearchUsers } from './rooms/user-search.ts'
import { createUserSearchStore } from './storage/user-search.ts'
import { createDirectList } from './team/direct-list.ts'
import { createOpenDirectMessage } from './team/direct-messages.ts'
import { createOrganisation } from './team/organisation.ts'
import { checkTeamState, createMembershipPolicy, systemUserOf } from './team/policies.ts'
import { createPresetRooms } from './team/preset-rooms.ts'
import { createRemoveMember } from './team/remove-member.ts'
import { createMakeSystemRoom } from './team/system-rooms.ts'
import type { Rooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'

interface Beside {
  serverName: string
  now: () => number
}

/** What people do to rooms, and what the team-chat profile adds to it. */
export function wireTeam(storage: Storage, rooms: Rooms, config: Config, { serverName, now }: Beside) {
  const {
    accounts,
    profiles,
    accountData,
    identifiers,
    memberships,
    aliases,
    directory,
    directRooms,
    mandatoryRooms,
    meta,
    groupCommit,
    database,
    streams,
  } = storage
  const { roomStates, newRoom, buildEvent, appendEvents, singleOut } = rooms
  const accountDataOf = async (userId: UserId, type: string) => accountData.get(await identifiers.user(userId), 0, type)
  const putAccountData = async (userId: UserId, type: string, content: JsonObject) =>
    accountData.put({ userId, userNid: await identifiers.user(userId), type }, content)
  const joinedRooms = async (userId: UserId) =>
    (await memberships.ofUser(await identifiers.user(userId))).filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId)

  const checkNaming = createCheckNaming(config.alias_creation_rules)
  const systemUser = systemUserOf(serverName)
  const people = createPeople({
    serverName,
    accounts,
    profiles,
    streams,
    accountDataOf,
    systemUser: { userId: systemUser, displayName: 'Hallway' },
  })
  const policy = createMembershipPolicy({ isLocal: people.isLocal, autoAcceptInvites: config.auto_accept_invites.enabled })
  const restrictedJoin = createRestrictedJoin({ roomStates, memberships, isLocal: people.isLocal })
  const alterRoom = createAlterRoom({ roomStates, identifiers, buildEvent, appendEvents, groupCommit, singleOut })
  const members = createMemberships({ alterRoom, roomStates, restrictedJoin, people, policy })
  const makeRoom = createMakeRoom({ newRoom, aliases, directory, now })
  const makeSystemRoom = createMakeSystemRoom({ makeRoom, people, systemUser })
  const organisation = createOrganisation({
    systemUser,
    name: config.organisation.name ?? serverName,
    makeSystemRoom,
    alterRoom,
    roomStates,
    people,
    stores: { meta, mandatoryRooms },
  })
  const directList = createDirectList({ accountDataOf, putAccountData })
  const openDirectMessage = createOpenDirectMessage({ newRoom, alterRoom, roomStates, people, directRooms, directList, joinedRooms })
  return {
    people,
    policy,
    restrictedJoin,
    alterRoom,
    members,
    organisation,
    directList,
    openDirectMessage,
    systemUser,
    createRoom: createCreateRoom({
      serverName,
      makeRoom,
      people,
      policy,
      checkState: checkTeamState,
      options: { checkNaming, defaultVersion: config.default_room_version },
    }),
    setState: createSetState({ alterRoom, roomStates, memberships: members, aliases, checkState: checkTeamState }),
    presetRooms: createPresetRooms({
      serverName,
      makeSystemRoom,
      openDirectMessage,
      organisation,
      people,
      announcementsBy: config.organisation.announcements_by,
      checkNaming,
    }),
    removeMember: createRemoveMember({ alterRoom, systemUser }),
    aliases: createAliases({ serverName, aliases, roomStates, checkNaming, now }),
    directory: createDirectory({ directory, roomStates }),
    summariseRoom: createSummariseRoom({ roomStates, restrictedJoin, isLocal: people.isLocal }),
    forgetRoom: createForgetRoom({ roomStates, identifiers, memberships }),
    searchUsers: createSearchUsers({
      store: createUserSearchStore(database),
      identifiers,
      streams,
      searchAllUsers: config.user_directory.search_all_users,
    }),
    leaveAllRooms: createLeaveAllRooms({ alterRoom, identifiers, memberships }),
    propagateProfile: createPropagateProfile({ alterRoom, identifiers, memberships }),
  }
}

export type Team = ReturnType<typeof wireTeam>
