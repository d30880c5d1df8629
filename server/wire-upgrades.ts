import { createFollowers } from './rooms/followers.ts'
import { createMoveRoom } from './rooms/move-room.ts'
import { createReplaceRoom } from './rooms/replace-room.ts'
import { createUpgrades } from './rooms/upgrade-room.ts'
import { createUpgradeNotes } from './storage/upgrade-notes.ts'
import { createCarrySettings } from './team/carry-settings.ts'
import { followSettings } from './team/follow-settings.ts'
import { createOnMoved, createUpgradeTerms } from './team/upgrade-terms.ts'
import type { Personal } from './wire-personal.ts'
import type { Rooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'
import type { Team } from './wire-team.ts'

interface Beside {
  serverName: string
  reportError: (error: unknown) => void
  now: () => number
}

/** Rooms that take the place of others, and what people find there. */
export function wireUpgrades(storage: Storage, rooms: Rooms, personal: Personal, team: Team, { serverName, reportError, now }: Beside) {
  const { identifiers, groupCommit, state, memberships, aliases, directory, directRooms, mandatoryRooms, meta, streams } = storage
  const { roomStates, buildEvent, singleOut } = rooms
  const { people, policy, alterRoom, restrictedJoin, organisation, systemUser } = team
  const carrySettings = createCarrySettings({
    roomStates,
    identifiers,
    store: storage.accountData,
    accountData: personal.accountData,
    pushRules: personal.pushRules,
    directList: team.directList,
  })
  const followers = createFollowers({ roomStates, memberships, state, policy, isLocal: people.isLocal })
  const upgrades = createUpgrades({
    roomStates,
    replaceRoom: createReplaceRoom({ serverName, roomStates, identifiers, buildEvent, groupCommit, singleOut, now }),
    moveRoom: createMoveRoom({
      roomStates,
      alterRoom,
      followers,
      restrictedJoin,
      stores: { aliases, directory },
      carrySettings,
      onMoved: createOnMoved({ organisation, mandatoryRooms, directRooms }),
    }),
    followers,
    people,
    aliases,
    notes: createUpgradeNotes(meta),
    termsOf: createUpgradeTerms(systemUser),
  })
  followSettings({ roomStates, streams, carrySettings, isLocal: people.isLocal, isUnderWay: upgrades.isUnderWay, reportError })
  return { upgrades }
}
