import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { wireStores } from '../wire-storage.ts'
import type { Database } from '../storage/database.ts'
import { countReads } from '../storage/test-database.ts'
import { createRelationStore } from '../storage/relations.ts'
import { createStateChangeStore } from '../storage/state-changes.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { createBundledRelations } from './bundled-relations.ts'
import { createClientEvents } from './client-events.ts'
import { createFindReplaced } from './find-replaced.ts'
import { createOpenForReading } from './read-access.ts'
import { createRelationsPage } from './relations-page.ts'
import { createRoomFacts } from './room-facts.ts'
import { createRoomReading } from './room-reading.ts'
import { createStateAfter } from './state-after.ts'
import { createThreadsPage } from './threads-page.ts'
import { createTimeline } from './timeline.ts'
import { createTimelineTokens } from './timeline-token.ts'
import { testRooms } from './test-rooms.ts'
import { createVisibility } from './visibility.ts'

export const alice: UserId = '@alice:hs'
export const bob: UserId = '@bob:hs'
export const carol: UserId = '@carol:hs'

/** Rooms and all that reads them, on a test's database; whoever is not a visitor belongs to the organisation. */
export function testReading(database: Database) {
  const rooms = testRooms(database)
  const { roomStates, events, now } = rooms
  const { counted, queries } = countReads(database)
  const stateChanges = createStateChangeStore(counted)
  const relations = createRelationStore(counted)
  const isStaff = (userId: UserId) => !userId.startsWith('@visitor-')
  const { offLine, stateEntries, eventGraph } = wireStores(database)
  const visibility = createVisibility({ roomStates, stateChanges, offLine, isStaff })
  const findReplaced = createFindReplaced({ events, offLine })
  const openForReading = createOpenForReading({ roomStates, visibility, stateChanges, isStaff })
  const bundledRelations = createBundledRelations({ events, relations, visibility })
  const clientEvents = createClientEvents({ events, findReplaced, bundledRelations, visibility, now })
  const ignored = new Map<UserId, ReadonlySet<UserId>>()
  const roomReading = createRoomReading({
    openForReading,
    visibility,
    events,
    relations,
    identifiers: rooms.identifiers,
    streams: rooms.streams,
    ignoredUsers: async (userId) => ignored.get(userId) ?? new Set(),
  })
  const tokens = createTimelineTokens({ readSyncToken: (text) => (/^s[0-9]+$/.test(text) ? Number(text.slice(1)) : undefined) })
  const stateAfter = createStateAfter({ state: rooms.state, events, stateEntries, eventGraph })
  const timeline = createTimeline({ roomReading, clientEvents, events, stateAfter, tokens })
  const relationsPage = createRelationsPage({ roomReading, clientEvents, relations, tokens })
  const threadsPage = createThreadsPage({ roomReading, visibility, clientEvents, events, relations, tokens })
  const roomFacts = createRoomFacts({
    roomReading,
    roomStates,
    clientEvents,
    state: rooms.state,
    memberships: rooms.memberships,
    identifiers: rooms.identifiers,
    tokens,
  })
  return {
    ...rooms,
    stateChanges,
    relations,
    visibility,
    openForReading,
    bundledRelations,
    clientEvents,
    timeline,
    relationsPage,
    threadsPage,
    roomFacts,
    queries,
    ignored,
    ...deedsIn(rooms),
  }
}

/** Short ways to what tests do in rooms that alice makes. */
function deedsIn({ newRoom, sendEvent }: ReturnType<typeof testRooms>) {
  const state = (roomId: RoomId, sender: UserId, type: string, content: StoredEvent['pdu']['content'], stateKey = '') =>
    sendEvent({ roomId, sender, type, stateKey, content })
  return {
    state,
    aRoom: async (...initial: { type: string; content: StoredEvent['pdu']['content'] }[]): Promise<RoomId> => {
      const { room } = await newRoom(roomVersion('11')!, [
        { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: '11' } },
        { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join' } },
        { sender: alice, type: 'm.room.power_levels', stateKey: '', content: { users: { [alice]: 100 } } },
        { sender: alice, type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'public' } },
        ...initial.map(({ type, content }) => ({ sender: alice, type, stateKey: '', content })),
      ])
      return room.roomId
    },
    member: (roomId: RoomId, sender: UserId, membership: string, target = sender) =>
      state(roomId, sender, 'm.room.member', { membership }, target),
    say: (roomId: RoomId, sender: UserId, body: string, more: { [key: string]: unknown } = {}) =>
      sendEvent({ roomId, sender, type: 'm.room.message', content: { msgtype: 'm.text', body, ...more } }),
    redact: (roomId: RoomId, sender: UserId, { eventId }: StoredEvent) =>
      sendEvent({ roomId, sender, type: 'm.room.redaction', content: {}, redacts: eventId }),
  }
}
