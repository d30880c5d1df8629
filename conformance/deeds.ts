import { banUser, inviteUser, joinRoom, kickUser, leaveRoom } from '../spec/client/membership.ts'
import { redactEvent, sendMessage } from '../spec/client/room-send.ts'
import { getState, getStateEvent, setState as putState } from '../spec/client/room-state.ts'
import { createRoom, listJoinedRooms } from '../spec/client/rooms.ts'
import { getMessages } from '../spec/client/timeline.ts'
import type { ClientEvent } from '../spec/event.ts'
import type { EventId, RoomId, UserId } from '../spec/identifiers.ts'
import type { Caller } from './client.ts'
import { present } from './expect.ts'
import { startSyncing, type SyncResponse, type Syncing } from './sync-until.ts'

type Content = { readonly [key: string]: unknown }

/** The content of a text message. */
export const text = (body: string) => ({ msgtype: 'm.text', body })

/** What people do in most checks: each deed must succeed, or the check fails. */
export interface Deeds {
  readonly createRoom: (body?: object) => Promise<RoomId>
  readonly join: (room: string) => Promise<RoomId>
  readonly invite: (roomId: RoomId, whom: { readonly userId: UserId }) => Promise<void>
  readonly leave: (roomId: RoomId) => Promise<void>
  readonly kick: (roomId: RoomId, whom: { readonly userId: UserId }, reason?: string) => Promise<void>
  readonly ban: (roomId: RoomId, whom: { readonly userId: UserId }, reason?: string) => Promise<void>
  /** Sends a text message. */
  readonly say: (roomId: RoomId, body: string, more?: Content) => Promise<EventId>
  readonly send: (roomId: RoomId, type: string, content: Content) => Promise<EventId>
  readonly redact: (roomId: RoomId, event: EventId, reason?: string) => Promise<EventId>
  readonly setState: (roomId: RoomId, type: string, content: Content, stateKey?: string) => Promise<EventId>
  readonly stateContent: (roomId: RoomId, type: string, stateKey?: string) => Promise<Content>
  /** What somebody is in a room, as the state tells: `join`, `leave` … */
  readonly membershipOf: (roomId: RoomId, whom: { readonly userId: UserId }) => Promise<unknown>
  readonly state: (roomId: RoomId) => Promise<ClientEvent[]>
  /** Gives the levels as they are, with `change` laid over them. */
  readonly setLevels: (roomId: RoomId, change: Content) => Promise<EventId>
  /** The newest events of a room, newest first. */
  readonly messages: (roomId: RoomId, limit?: number) => Promise<ClientEvent[]>
  readonly joinedRooms: () => Promise<RoomId[]>
  readonly startSyncing: (filter?: object | string) => Promise<Syncing & { first: SyncResponse }>
}

interface Needs {
  readonly caller: Caller
  readonly roomVersion: string | undefined
  readonly patience: number
  readonly unique: (prefix: string) => string
}

export const createDeeds = ({ caller, roomVersion, patience, unique }: Needs): Deeds => {
  const send: Deeds['send'] = async (roomId, eventType, content) =>
    (await caller.ok(sendMessage, { roomId, eventType, txnId: unique('t'), body: content })).event_id
  const setState: Deeds['setState'] = async (roomId, eventType, content, stateKey = '') =>
    (await caller.ok(putState, { roomId, eventType, stateKey, body: content })).event_id
  const stateContent: Deeds['stateContent'] = async (roomId, eventType, stateKey = '') =>
    (await caller.ok(getStateEvent, { roomId, eventType, stateKey })) as Content
  return {
    send,
    setState,
    stateContent,
    createRoom: async (body = {}) =>
      (
        await caller.ok(createRoom, {
          body: { ...(roomVersion === undefined ? {} : { room_version: roomVersion }), ...body },
        })
      ).room_id,
    join: async (room) => (await caller.ok(joinRoom, { roomIdOrAlias: room as RoomId, body: {} })).room_id,
    invite: async (roomId, { userId }) => {
      await caller.ok(inviteUser, { roomId, body: { user_id: userId } })
    },
    leave: async (roomId) => {
      await caller.ok(leaveRoom, { roomId, body: {} })
    },
    kick: async (roomId, { userId }, reason) => {
      await caller.ok(kickUser, { roomId, body: { user_id: userId, reason } })
    },
    ban: async (roomId, { userId }, reason) => {
      await caller.ok(banUser, { roomId, body: { user_id: userId, reason } })
    },
    say: (roomId, body, more = {}) => send(roomId, 'm.room.message', { ...text(body), ...more }),
    redact: async (roomId, eventId, reason) =>
      present(
        (await caller.ok(redactEvent, { roomId, eventId, txnId: unique('t'), body: { reason } })).event_id,
        'the ID of the redaction',
      ),
    membershipOf: async (roomId, { userId }) => (await stateContent(roomId, 'm.room.member', userId))['membership'],
    state: async (roomId) => (await caller.ok(getState, { roomId })) as ClientEvent[],
    setLevels: async (roomId, change) =>
      setState(roomId, 'm.room.power_levels', { ...(await stateContent(roomId, 'm.room.power_levels')), ...change }),
    messages: async (roomId, limit = 50) => (await caller.ok(getMessages, { roomId, dir: 'b', limit })).chunk as ClientEvent[],
    joinedRooms: async () => (await caller.ok(listJoinedRooms, {})).joined_rooms,
    startSyncing: (filter) => startSyncing({ caller, patience, filter: typeof filter === 'object' ? JSON.stringify(filter) : filter }),
  }
}
