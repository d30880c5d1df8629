import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { creatorsOf, levelsIn, levelToSend, powerOf } from '../protocol/power-levels.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { kindOf, policyOf } from '../rooms/kind.ts'
import { committedState, type Room } from '../rooms/room.ts'
import type { UpgradeTermsOf } from '../rooms/upgrade-room.ts'
import type { DirectRoomStore } from '../storage/direct-rooms.ts'
import type { MandatoryRoomStore } from '../storage/mandatory-rooms.ts'
import type { Organisation } from './organisation.ts'

/** The people of a direct conversation: its creators, or in versions without such those with a level of their own. */
const peopleOf = (room: Room): UserId[] => {
  const state = committedState(room)
  const levels = levelsIn(room.version, state('m.room.power_levels', '')?.pdu.content ?? {}, 'users')
  return [...new Set([...creatorsOf(room.version, state('m.room.create', '')), ...levels.keys()])].filter(isUserId)
}

/**
 * In the team's rooms that the server made, the server upgrades for whoever may change the power levels, and stays the one creator. The
 * people of a direct conversation are all creators of the next one. spec/extensions/README.md#upgrades
 * @returns what throws chat.hallway.POLICY and chat.hallway.DM_LOCKED for other creators than that
 */
export const createUpgradeTerms =
  (systemUser: UserId): UpgradeTermsOf =>
  (room, requester, wanted) => {
    const state = committedState(room)
    const kind = kindOf(state)
    const others = wanted.filter((userId) => userId !== requester)
    if (kind === 'dm') {
      const additionalCreators = peopleOf(room).filter((userId) => userId !== requester)
      if (others.some((userId) => !additionalCreators.includes(userId)))
        throw new MatrixError('chat.hallway.DM_LOCKED', 'The people of a direct conversation are fixed; leave "additional_creators" out.')
      return { actor: requester, additionalCreators }
    }
    if (kind === undefined || state('m.room.create', '')?.pdu.sender !== systemUser) return { actor: requester, additionalCreators: others }
    if (powerOf(room.version, requester, state) < levelToSend(room.version, 'm.room.power_levels', true, state))
      return { actor: requester, additionalCreators: [] }
    if (others.length > 0)
      throw new MatrixError('chat.hallway.POLICY', 'The server itself is the creator of this room; leave "additional_creators" out.')
    return { actor: systemUser, additionalCreators: [] }
  }

interface Needs {
  organisation: Pick<Organisation, 'makeMandatory'>
  mandatoryRooms: Pick<MandatoryRoomStore, 'remove'>
  directRooms: Pick<DirectRoomStore, 'find' | 'put'>
}

/** Notes that another room is now the one that everybody is in, or the direct conversation of some people. */
export const createOnMoved =
  ({ organisation, mandatoryRooms, directRooms }: Needs) =>
  async (from: Room, to: Room): Promise<void> => {
    const state = committedState(to)
    if (policyOf(state).mandatory) {
      await organisation.makeMandatory(to.roomId)
      await mandatoryRooms.remove(from.roomId)
    }
    if (kindOf(state) !== 'dm') return
    const people = peopleOf(to)
    if ((await directRooms.find(people)) === from.roomId) await directRooms.put(people, to.roomId)
  }
