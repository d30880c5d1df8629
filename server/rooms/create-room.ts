import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { defaultRoomVersion, roomVersion, type RoomVersion } from '../protocol/room-versions.ts'
import { lookupIn } from '../protocol/state-map.ts'
import type { AliasStore } from '../storage/aliases.ts'
import type { DirectoryStore } from '../storage/directory.ts'
import { checkWish, firstEvents, type CreationPreset, type RoomWish } from './create-room-events.ts'
import { localAlias } from './alias-grammar.ts'
import type { CheckNaming } from './alias-rules.ts'
import type { MembershipPolicy } from './membership-change.ts'
import type { FirstEvent, NewRoom } from './new-room.ts'
import type { People } from './people.ts'
import type { CheckState } from './set-state.ts'

/** What the endpoint takes, in our words. */
export interface CreationRequest {
  readonly visibility?: 'public' | 'private' | undefined
  readonly aliasName?: string | undefined
  readonly name?: string | undefined
  readonly topic?: string | undefined
  readonly invite?: readonly UserId[] | undefined
  readonly version?: string | undefined
  readonly creationContent?: JsonObject | undefined
  readonly initialState?: RoomWish['initialState'] | undefined
  readonly preset?: CreationPreset | undefined
  readonly isDirect?: boolean | undefined
  readonly powerLevels?: JsonObject | undefined
}

/**
 * Makes a room, all of it or nothing. client-server-api/#post_matrixclientv3createroom
 * @throws M_ROOM_IN_USE when the alias is taken, M_UNSUPPORTED_ROOM_VERSION, M_INVALID_ROOM_STATE when its own rules forbid what is to
 * stand in it, M_INVALID_PARAM, M_NOT_FOUND and M_INVITE_BLOCKED for people who cannot be invited, M_TOO_LARGE
 */
export type CreateRoom = (creator: UserId, request: CreationRequest) => Promise<RoomId>

/** Makes a room of its events under an alias that is taken first, so that of many who want it one gets it. @throws M_ROOM_IN_USE */
export type MakeRoom = (
  version: RoomVersion,
  alias: RoomAlias | undefined,
  events: readonly FirstEvent[],
  published: boolean,
) => Promise<RoomId>

interface MakeNeeds {
  newRoom: NewRoom
  aliases: AliasStore
  directory: DirectoryStore
  /** Milliseconds since the Unix epoch. */
  now: () => number
}

export const createMakeRoom =
  ({ newRoom, aliases, directory, now }: MakeNeeds): MakeRoom =>
  async (version, alias, events, published) => {
    if (alias !== undefined && !(await aliases.claim(alias, events[0]!.sender, now()))) {
      throw new MatrixError('M_ROOM_IN_USE', `The alias ${alias} is taken; choose another.`)
    }
    try {
      const { room } = await newRoom(version, events)
      if (alias !== undefined) await aliases.bind(alias, room.roomId)
      if (published) await directory.setPublished(room.nid, true)
      return room.roomId
    } catch (error) {
      // A claim that was bound stays.
      if (alias !== undefined) await aliases.release(alias)
      if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') {
        throw new MatrixError('M_INVALID_ROOM_STATE', `The room cannot be made like this: ${error.message}`, { cause: error })
      }
      throw error
    }
  }

interface Needs {
  serverName: string
  makeRoom: MakeRoom
  people: People
  policy: MembershipPolicy
  checkState: CheckState
  options?: CreationOptions
}

/** What the operator says of new rooms. */
export interface CreationOptions {
  /** The version of rooms whose creator asks for none; absent: the newest that is stable. */
  readonly defaultVersion?: string
  /** Absent: everybody names rooms. */
  readonly checkNaming?: CheckNaming
}

/** People invited with one request, at most. */
const invitedAtOnce = 1000

export function createCreateRoom({ serverName, makeRoom, people, policy, checkState, options = {} }: Needs): CreateRoom {
  const read = (creator: UserId, request: CreationRequest): RoomWish => {
    const { visibility = 'private', version: versionId = options.defaultVersion ?? defaultRoomVersion, aliasName, invite = [] } = request
    const version = roomVersion(versionId)
    if (version === undefined)
      throw new MatrixError('M_UNSUPPORTED_ROOM_VERSION', 'This server does not know that room version; /capabilities lists those it does.')
    const invited = [...new Set(invite)].filter((userId) => userId !== creator)
    if (invited.length > invitedAtOnce)
      throw new MatrixError('M_INVALID_PARAM', `Invite at most ${invitedAtOnce} people with the new room, and others afterwards.`)
    const wish = {
      creator,
      version,
      invite: invited,
      name: request.name,
      topic: request.topic,
      isDirect: request.isDirect ?? false,
      preset: request.preset ?? (visibility === 'public' ? 'public_chat' : 'private_chat'),
      creationContent: request.creationContent ?? {},
      powerLevels: request.powerLevels ?? {},
      initialState: request.initialState ?? [],
      alias: aliasName === undefined ? undefined : localAlias(aliasName, serverName),
    } as const
    checkWish(wish)
    for (const entry of wish.initialState) checkState(lookupIn([]), entry)
    if (wish.alias !== undefined) options.checkNaming?.(creator, wish.alias, undefined)
    policy.check({ state: lookupIn([]), sender: creator, target: creator, from: 'leave', to: 'join', known: false })
    return wish
  }

  const invites = async ({ creator, invite, isDirect }: RoomWish): Promise<FirstEvent[]> => {
    const events: FirstEvent[] = []
    for (const target of invite) {
      await people.requireInvitable(target)
      const profile = await people.memberProfile(target)
      const member = (sender: UserId, content: JsonObject): FirstEvent => ({ sender, type: 'm.room.member', stateKey: target, content })
      policy.check({ state: lookupIn([]), sender: creator, target, from: 'leave', to: 'invite', known: false })
      events.push(member(creator, { ...profile, membership: 'invite', ...(isDirect && { is_direct: true }) }))
      if (policy.admitsAtOnce(lookupIn([]), target)) events.push(member(target, { ...profile, membership: 'join' }))
    }
    return events
  }

  return async (creator, request) => {
    const wish = read(creator, request)
    const events = [...firstEvents(wish, await people.memberProfile(creator)), ...(await invites(wish))]
    return makeRoom(wish.version, wish.alias, events, request.visibility === 'public')
  }
}
