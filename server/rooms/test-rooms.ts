import { randomBytes } from 'node:crypto'
import type { Draft } from '../protocol/event.ts'
import { createSigningKey } from '../protocol/signing.ts'
import type { Database } from '../storage/database.ts'
import { createEventStore } from '../storage/events.ts'
import { createGroupCommit } from '../storage/group-commit.ts'
import { createIdentifiers } from '../storage/identifiers.ts'
import { createMembershipStore } from '../storage/memberships.ts'
import { createRoomStore } from '../storage/rooms.ts'
import { createStateStore } from '../storage/state.ts'
import { createStreams } from '../storage/streams.ts'
import { createAppendEvents } from './append-event.ts'
import { createBuildEvent } from './build-event.ts'
import { createFindSent } from './find-sent.ts'
import type { SingleOut } from './mentions.ts'
import { createNewRoom } from './new-room.ts'
import type { Room } from './room.ts'
import { createRoomStates } from './room-state.ts'
import { createSendEvent } from './send-event.ts'

/** An event singles nobody out. */
const nobody: SingleOut = { candidates: () => [], concerned: () => [], hold: () => [], read: async () => {}, mentions: () => [] }

/** The rooms floor on a test's database, wired as the server wires it; the server's name is `hs`. */
export function testRooms(
  database: Database,
  options: { singleOut?: SingleOut; seed?: Buffer; classify?: (room: Room, draft: Draft) => number } = {},
) {
  const serverName = 'hs'
  const signingKey = createSigningKey({ keyId: 'ed25519:test', seed: options.seed ?? randomBytes(32) })
  const batches: { units: number; rows: number }[] = []
  const streams = createStreams(database.head())
  const identifiers = createIdentifiers(database)
  const groupCommit = createGroupCommit({
    database,
    streams,
    onBatch: (units, rows) => {
      batches.push({ units, rows })
    },
  })
  const memberships = createMembershipStore(database)
  const events = createEventStore(database)
  const state = createStateStore(database)
  const roomStates = createRoomStates({ rooms: createRoomStore(database), events, state, memberships })
  const now = () => Date.now()
  const classify = options.classify ?? ((_room, draft) => (draft.type === 'm.room.message' ? 1 : 0))
  const buildEvent = createBuildEvent({ serverName, signingKey, now, classify })
  const appendEvents = createAppendEvents({ roomStates, identifiers, groupCommit })
  const singleOut = options.singleOut ?? nobody
  const newRoom = createNewRoom({ serverName, roomStates, identifiers, buildEvent, appendEvents, singleOut, now })
  const sendEvent = createSendEvent({
    roomStates,
    identifiers,
    events,
    findSent: createFindSent({ events }),
    buildEvent,
    appendEvents,
    singleOut,
  })
  return {
    serverName,
    signingKey,
    streams,
    identifiers,
    groupCommit,
    memberships,
    events,
    state,
    roomStates,
    buildEvent,
    appendEvents,
    singleOut,
    newRoom,
    sendEvent,
    batches,
    now,
  }
}
