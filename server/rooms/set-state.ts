import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isRoomAlias } from '../protocol/identifiers.ts'
import { own } from '../protocol/json-values.ts'
import { levelToSend, powerOf } from '../protocol/power-levels.ts'
import { membershipOf, stateMapKey, type StateLookup } from '../protocol/state-map.ts'
import type { AliasStore } from '../storage/aliases.ts'
import type { AlterRoom } from './alter-room.ts'
import { isSameContent } from './membership-change.ts'
import type { Memberships } from './membership.ts'
import type { RoomStates } from './room-state.ts'

/** A state entry that somebody of this server wants to set. */
export interface StateWish {
  readonly roomId: RoomId
  readonly sender: UserId
  readonly type: string
  readonly stateKey: string
  readonly content: JsonObject
}

/** What this server asks of state beyond the rules of rooms. @throws MatrixError that says why the entry must not be so */
export type CheckState = (state: StateLookup, entry: Pick<StateWish, 'type' | 'stateKey' | 'content'>) => void

/**
 * Sets a state entry; resolves when it is durable. What is already so is not sent again.
 * @throws M_NOT_FOUND, M_FORBIDDEN, M_BAD_ALIAS, M_INVALID_PARAM, and for memberships what `Memberships` throws
 */
export type SetState = (wish: StateWish) => Promise<EventId>

interface Needs {
  alterRoom: AlterRoom
  roomStates: RoomStates
  memberships: Memberships
  aliases: Pick<AliasStore, 'find'>
  checkState: CheckState
}

export function createSetState({ alterRoom, roomStates, memberships, aliases, checkState }: Needs): SetState {
  /** Aliases that a room newly claims must lead to it. client-server-api/#mroomcanonical_alias */
  const checkAliases = async ({ roomId, content }: StateWish): Promise<void> => {
    const before = aliasesIn((await roomStates.open(roomId))?.state.get(stateMapKey('m.room.canonical_alias', ''))?.pdu.content ?? {})
    for (const alias of aliasesIn(content)) {
      if (before.includes(alias)) continue
      if (!isRoomAlias(alias)) throw new MatrixError('M_INVALID_PARAM', 'An alias begins with "#", and ends with ":" and a server name.')
      if ((await aliases.find(alias))?.roomId !== roomId)
        throw new MatrixError('M_BAD_ALIAS', `The alias ${alias} does not lead to this room; add it first.`)
    }
  }

  return async (wish) => {
    const { roomId, sender, type, stateKey, content } = wish
    if (type === 'm.room.member') return memberships.set({ roomId, sender, target: stateKey as UserId }, content)
    if (type === 'm.room.canonical_alias' && stateKey === '') await checkAliases(wish)
    return alterRoom(roomId, { users: [sender], entries: [[type, stateKey]] }, ({ room, state, send }) => {
      const present = state(type, stateKey)
      const mayTouch =
        membershipOf(state, sender) === 'join' && powerOf(room.version, sender, state) >= levelToSend(room.version, type, true, state)
      if (present !== undefined && mayTouch && isSameContent(present.pdu.content, content)) return present.eventId
      checkState(state, wish)
      return send({ sender, type, stateKey, content }).eventId
    })
  }
}

/** The aliases that the content of a `m.room.canonical_alias` names, the main one first. */
export const aliasesIn = (content: JsonObject): unknown[] => {
  const others = own(content, 'alt_aliases')
  const main = own(content, 'alias')
  return [
    ...(main === undefined || main === null || main === '' ? [] : [main]),
    ...(Array.isArray(others) ? others : others === undefined ? [] : [others]),
  ]
}
