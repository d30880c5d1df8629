import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { readHistoryVisibility } from '../protocol/history-visibility.ts'
import { own } from '../protocol/json-values.ts'
import { levelToSend, powerOf } from '../protocol/power-levels.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AliasStore } from '../storage/aliases.ts'
import { noSuchRoom } from './alter-room.ts'
import { requireLocalAlias } from './alias-grammar.ts'
import type { CheckNaming } from './alias-rules.ts'
import { committedState, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** Somebody who may be an administrator of the server. */
export interface Caller {
  readonly userId: UserId
  readonly admin: boolean
}

/** The aliases of rooms. client-server-api/#room-aliases */
export interface Aliases {
  /** @throws M_NOT_FOUND when no room here has the alias, M_INVALID_PARAM when it is none */
  resolve(alias: string): Promise<{ readonly roomId: RoomId; readonly servers: readonly string[] }>
  /** @throws M_UNKNOWN (409) when it is taken, M_NOT_FOUND for an unknown room, M_FORBIDDEN for who is not in it, M_INVALID_PARAM */
  add(caller: Caller, alias: string, roomId: RoomId): Promise<void>
  /** @throws M_NOT_FOUND, M_FORBIDDEN for who neither made it, nor may set the room's canonical alias, nor administers the server */
  remove(caller: Caller, alias: string): Promise<void>
  /** @throws M_FORBIDDEN for who is not in the room, unless anybody may read it */
  list(caller: Caller, roomId: RoomId): Promise<readonly RoomAlias[]>
}

interface Needs {
  serverName: string
  aliases: AliasStore
  roomStates: RoomStates
  /** What the operator says of names; absent: nothing. */
  checkNaming?: CheckNaming
  /** Milliseconds since the Unix epoch. */
  now: () => number
}

/** Whether the user may say by which name the room goes. Their membership must be in memory. */
export const mayName = (room: Room, userId: UserId): boolean => {
  const state = committedState(room)
  return (
    membershipOf(state, userId) === 'join' &&
    powerOf(room.version, userId, state) >= levelToSend(room.version, 'm.room.canonical_alias', true, state)
  )
}

export function createAliases({ serverName, aliases, roomStates, checkNaming, now }: Needs): Aliases {
  const find = async (text: string) => {
    const alias = requireLocalAlias(text, serverName)
    const found = await aliases.find(alias)
    if (found === undefined) throw new MatrixError('M_NOT_FOUND', `No room has the alias ${alias}.`)
    return { alias, ...found }
  }
  const open = async (roomId: RoomId, userId: UserId): Promise<Room> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) throw noSuchRoom()
    await roomStates.loadMembers(room, [userId])
    return room
  }

  return {
    resolve: async (text) => {
      if (!text.endsWith(`:${serverName}`)) throw new MatrixError('M_NOT_FOUND', `No room has the alias ${text}.`)
      return { roomId: (await find(text)).roomId, servers: [serverName] }
    },
    add: async ({ userId, admin }, text, roomId) => {
      const alias = requireLocalAlias(text, serverName)
      const room = await open(roomId, userId)
      if (!admin && membershipOf(committedState(room), userId) !== 'join')
        throw new MatrixError('M_FORBIDDEN', 'Join the room before you name it.')
      if (!admin) checkNaming?.(userId, alias, roomId)
      if (!(await aliases.add(alias, roomId, userId, now())))
        throw new MatrixError('M_UNKNOWN', `The alias ${alias} is taken; choose another.`, { status: 409 })
    },
    remove: async ({ userId, admin }, text) => {
      const { alias, roomId, creator } = await find(text)
      if (!admin && creator !== userId && !mayName(await open(roomId, userId), userId)) {
        throw new MatrixError('M_FORBIDDEN', 'Only who made the alias, or may change the name of its room, can take it away.')
      }
      await aliases.remove(alias)
    },
    list: async ({ userId }, roomId) => {
      const room = await roomStates.open(roomId)
      const refused = new MatrixError('M_FORBIDDEN', 'You are not in this room.')
      if (room === undefined) throw refused
      await roomStates.loadMembers(room, [userId])
      const state = committedState(room)
      const visibility = readHistoryVisibility(own(state('m.room.history_visibility', '')?.pdu.content, 'history_visibility'))
      if (membershipOf(state, userId) !== 'join' && visibility !== 'world_readable') throw refused
      return aliases.ofRoom(roomId)
    },
  }
}
