import type { UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import { testDeeds } from '../rooms/test-deeds.ts'
import type { Database } from '../storage/database.ts'
import { createDirectRoomStore } from '../storage/direct-rooms.ts'
import { createMandatoryRoomStore } from '../storage/mandatory-rooms.ts'
import { createMetaStore } from '../storage/meta.ts'
import { createDirectList } from './direct-list.ts'
import { createOpenDirectMessage } from './direct-messages.ts'
import { createOrganisation } from './organisation.ts'
import { checkTeamState, createMembershipPolicy, systemUserOf } from './policies.ts'
import { createPresetRooms } from './preset-rooms.ts'
import { createRemoveMember } from './remove-member.ts'
import { createMakeSystemRoom } from './system-rooms.ts'

/** The team's rooms on a test's database, wired as the server wires them. */
export function testTeam(database: Database) {
  const policy = createMembershipPolicy({ isLocal: (userId) => userId.endsWith(':hs'), autoAcceptInvites: false })
  const deeds = testDeeds(database, { policy, checkState: checkTeamState })
  const { serverName, roomStates, people, alterRoom, makeRoom, newRoom, accountData, accountDataOf, memberships, identifiers } = deeds
  const systemUser = systemUserOf(serverName)
  const makeSystemRoom = createMakeSystemRoom({ makeRoom, people, systemUser })
  const stores = { meta: createMetaStore(database), mandatoryRooms: createMandatoryRoomStore(database) }
  const organisation = createOrganisation({ systemUser, name: 'Acme', makeSystemRoom, alterRoom, roomStates, people, stores })
  const putAccountData = async (userId: UserId, type: string, content: JsonObject) => {
    accountData.set(`${userId} ${type}`, content)
  }
  const directList = createDirectList({ accountDataOf, putAccountData })
  const joinedRooms = async (userId: UserId) =>
    (await memberships.ofUser(await identifiers.user(userId))).filter(({ membership }) => membership === 'join').map(({ roomId }) => roomId)
  const directRooms = createDirectRoomStore(database)
  const openDirectMessage = createOpenDirectMessage({ newRoom, alterRoom, roomStates, people, directRooms, directList, joinedRooms })
  const presetRooms = createPresetRooms({ serverName, makeSystemRoom, openDirectMessage, organisation, people, announcementsBy: 'admins' })
  const removeMember = createRemoveMember({ alterRoom, systemUser })
  return { ...deeds, systemUser, organisation, directRooms, directList, openDirectMessage, presetRooms, removeMember, joinedRooms, stores }
}
