import { queryPublicRooms, getRoomSummary } from '../../spec/client/directory.ts'
import { forgetRoom, inviteUser, joinRoom, kickUser, leaveRoom, listMembers } from '../../spec/client/membership.ts'
import { getState, setState } from '../../spec/client/room-state.ts'
import { createRoom, upgradeRoom } from '../../spec/client/rooms.ts'
import { createRegistrationToken, listRegistrationTokens } from '../../spec/admin/registration-tokens.ts'
import { openDirectMessage } from '../../spec/extensions/direct-messages.ts'
import type { PresetName } from '../../spec/extensions/presets.ts'
import { createPresetRoom, removeMember } from '../../spec/extensions/rooms.ts'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Call } from './call.ts'
import { CallError } from './call-error.ts'
import { type RoomEvent, textOf } from './event.ts'
import type { Room } from './room.ts'
import { powerOf, setterOf, stateOf, withState } from './room-state.ts'
import type { Rooms } from './rooms.ts'
import type { ServerFeatures } from './server-features.ts'
import { predecessorIn, replacementIn } from './succession.ts'

/** What a new room is to be. */
export interface Plan {
  readonly preset: Exclude<PresetName, 'dm'>
  readonly name?: string
  readonly topic?: string
  readonly invite: readonly string[]
}

/** A room of the directory. */
export interface Published {
  readonly roomId: string
  readonly name: string
  readonly topic: string
  readonly members: number
}

/** Makes rooms, brings people in and lets them go. Everything rejects with the server's CallError. */
export interface Gathering {
  /** Gives the new room's ID. */
  create(plan: Plan): Promise<string>
  /** The conversation with these people, old or new. */
  openDirect(userIds: readonly string[]): Promise<string>
  browse(term: string): Promise<Published[]>
  summary(roomId: string): Promise<Published>
  join(roomId: string): Promise<void>
  leave(room: Room): Promise<void>
  /** Joins the room that took this one's place, and gives its ID; `undefined`, and left again, if that room does not say so itself. */
  follow(room: Room): Promise<string | undefined>
  /** Puts a new room of a version in the room's place. */
  upgrade(room: Room, version: string): Promise<void>
  invite(room: Room, userIds: readonly string[]): Promise<void>
  remove(room: Room, userId: string): Promise<void>
  setLevel(room: Room, userId: string, level: number): Promise<void>
  describe(room: Room, change: { readonly name?: string; readonly topic?: string }): Promise<void>
  /** Reads the whole list of members. */
  loadMembers(room: Room): Promise<void>
  /** Whether the reader administers the server. */
  isServerAdmin(): Promise<boolean>
  /** A token that lets people sign up, for so many accounts and so many days. */
  invitationToken(uses: number | undefined, days: number): Promise<string>
}

interface Needs {
  readonly call: Call
  readonly me: string
  readonly rooms: Rooms
  readonly features: () => ServerFeatures
  readonly now: () => number
}

const dayMs = 86_400_000
const published = (room: {
  room_id: string
  name?: string
  topic?: string
  num_joined_members: number
  canonical_alias?: string
}): Published => ({
  roomId: room.room_id,
  name: room.name ?? room.canonical_alias?.slice(1).split(':', 1)[0] ?? room.room_id,
  topic: room.topic ?? '',
  members: room.num_joined_members,
})

/** The room's address that its name suggests: lower case, hyphens. */
export const aliasFor = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{M}\p{Nd}]+/gu, '-')
    .replace(/^-+|-+$/g, '')

/** Whether rooms of the preset are found by everybody. */
export const isListed = (preset: Plan['preset']): boolean => preset === 'channel.public' || preset === 'announcement'

/** What stands for a preset on a server that has none. */
const plainRoom = ({ preset, name, topic, invite }: Plan) => {
  const isOpen = isListed(preset)
  return {
    preset: isOpen ? ('public_chat' as const) : ('private_chat' as const),
    visibility: isOpen ? ('public' as const) : ('private' as const),
    ...(name && { name }),
    ...(topic && { topic }),
    invite: invite as UserId[],
    ...(preset === 'announcement' && { power_level_content_override: { events_default: 50, events: { 'm.reaction': 0 } } }),
  }
}

const createMaking = ({ call, features }: Needs) => ({
  create: async (plan: Plan) => {
    if (!features().hallway) return (await call(createRoom, { body: plainRoom(plan) })).room_id
    const { preset, name, topic, invite } = plan
    // Only what everybody may find has an address: a taken one would tell of a private channel.
    const alias = name && isListed(preset) ? aliasFor(name) : ''
    const body = { preset, ...(name && { name }), ...(topic && { topic }), ...(alias && { alias }), invite: invite as UserId[] }
    return (await call(createPresetRoom, { body })).room_id
  },
  openDirect: async (userIds: readonly string[]) => {
    const user_ids = userIds as UserId[]
    if (features().hallway) return (await call(openDirectMessage, { body: { user_ids } })).room_id
    return (await call(createRoom, { body: { is_direct: true, preset: 'trusted_private_chat', invite: user_ids } })).room_id
  },
})

const createDoors = ({ call, rooms }: Needs) => ({
  browse: async (term: string) => {
    const { chunk } = await call(queryPublicRooms, { body: { limit: 100, ...(term && { filter: { generic_search_term: term } }) } })
    return chunk.filter((room) => room.room_type === undefined).map(published)
  },
  summary: async (roomId: string) => published(await call(getRoomSummary, { params: { roomIdOrAlias: roomId } })),
  join: async (roomId: string) => {
    await call(joinRoom, { params: { roomIdOrAlias: roomId }, body: {} })
    rooms.get(roomId)?.setMembership('join')
  },
  leave: async (room: Room) => {
    const wasInvited = room.membership.value === 'invite'
    await call(leaveRoom, { params: { roomId: room.roomId }, body: {} })
    room.setMembership('leave')
    if (wasInvited) await call(forgetRoom, { params: { roomId: room.roomId } }).catch(() => undefined)
  },
})

const createMoves = ({ call, rooms }: Needs) => ({
  follow: async (room: Room) => {
    const roomId = replacementIn(room.state.value) as RoomId | undefined
    if (roomId === undefined) return undefined
    const server = setterOf(room.state.value, 'm.room.tombstone')?.split(':').slice(1).join(':')
    await call(joinRoom, { params: { roomIdOrAlias: roomId }, query: server ? { via: [server] } : {}, body: {} })
    const state = (await call(getState, { params: { roomId } })) as unknown as RoomEvent[]
    if (predecessorIn(withState(new Map(), state)) !== room.roomId) {
      await call(leaveRoom, { params: { roomId }, body: {} })
      return undefined
    }
    const next = rooms.open(roomId)
    next.addState(state)
    next.setMembership('join')
    return roomId
  },
  upgrade: async (room: Room, version: string) => {
    await call(upgradeRoom, { params: { roomId: room.roomId }, body: { new_version: version } })
  },
})

const createMembers = ({ call, me }: Needs) => ({
  invite: async (room: Room, userIds: readonly string[]) => {
    for (const userId of userIds) await call(inviteUser, { params: { roomId: room.roomId }, body: { user_id: userId as UserId } })
  },
  remove: async (room: Room, userId: string) => {
    const isMediated = textOf(stateOf(room.state.value, 'chat.hallway.policy'), 'remove') === 'members'
    const endpoint = isMediated && powerOf(room.state.value, me) < 101 ? removeMember : kickUser
    await call(endpoint, { params: { roomId: room.roomId }, body: { user_id: userId as UserId } })
  },
  setLevel: async (room: Room, userId: string, level: number) => {
    const levels = stateOf(room.state.value, 'm.room.power_levels') ?? {}
    const { [userId]: _, ...users } = (levels['users'] ?? {}) as { [userId: string]: number }
    const body = { ...levels, users: level === (levels['users_default'] ?? 0) ? users : { ...users, [userId]: level } }
    await call(setState, { params: { roomId: room.roomId, eventType: 'm.room.power_levels', stateKey: '' }, body })
  },
  describe: async (room: Room, { name, topic }: { readonly name?: string; readonly topic?: string }) => {
    const params = (eventType: string) => ({ roomId: room.roomId, eventType, stateKey: '' })
    if (name !== undefined) await call(setState, { params: params('m.room.name'), body: { name } })
    if (topic !== undefined) await call(setState, { params: params('m.room.topic'), body: { topic } })
  },
  loadMembers: async (room: Room) => {
    const { chunk } = await call(listMembers, { params: { roomId: room.roomId } })
    room.addState(chunk as unknown as RoomEvent[])
  },
})

/** Creates the deeds. */
export const createGathering = (needs: Needs): Gathering => ({
  ...createMaking(needs),
  ...createDoors(needs),
  ...createMoves(needs),
  ...createMembers(needs),
  isServerAdmin: () =>
    needs.call(listRegistrationTokens, { query: { valid: true } }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof CallError && error.status > 0) return false
        throw error
      },
    ),
  invitationToken: async (uses, days) => {
    const body = { uses_allowed: uses ?? null, expiry_time: needs.now() + days * dayMs }
    return (await needs.call(createRegistrationToken, { body })).token
  },
})
