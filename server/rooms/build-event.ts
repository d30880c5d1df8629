import { randomBytes } from 'node:crypto'
import type { EventId } from '../../spec/identifiers.ts'
import { authorise } from '../protocol/auth-rules.ts'
import { authKeys } from '../protocol/auth-events.ts'
import { MatrixError } from '../protocol/errors.ts'
import { type Citation, citedIds, type Draft } from '../protocol/event.ts'
import { citationOf } from '../protocol/event-id.ts'
import { sealEvent } from '../protocol/seal-event.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import type { SigningKey } from '../protocol/signing.ts'
import { stateMapKey } from '../protocol/state-map.ts'
import { hasWrittenNumbers } from '../protocol/written-numbers.ts'
import { storedRelation, type StoredEvent } from '../storage/stored-event.ts'
import { builderEntry, builderState, type Room } from './room.ts'

/** Cites, judges, hashes and signs a draft at the end of its room. It does not wait, so that a room needs no lock: what it reads cannot change under it. */
export type BuildEvent = (room: Room, draft: Draft, sent: Sent) => StoredEvent

export interface Sent {
  readonly senderNid: number
  readonly transaction?: StoredEvent['transaction']
  readonly mentions?: StoredEvent['mentions']
}

interface Needs {
  serverName: string
  signingKey: SigningKey
  now: () => number
  /** What an event means to unread counts: one of `eventClass`. */
  classify: (room: Room, draft: Draft) => number
}

/** @returns a verb that throws M_FORBIDDEN when the room's rules forbid the draft, M_TOO_LARGE and M_BAD_JSON as `sealEvent` does */
export function createBuildEvent({ serverName, signingKey, now, classify }: Needs): BuildEvent {
  const citations = new WeakMap<StoredEvent, Citation>()
  const cite = (version: RoomVersion, event: StoredEvent): Citation => {
    if (!version.citesWithHashes) return event.eventId
    const known = citations.get(event) ?? citationOf(version, event)
    citations.set(event, known)
    return known
  }
  const evidence = { signedBy: (server: string) => server === serverName }
  return (room, draft, { senderNid, transaction, mentions = [] }) => {
    const { version, next, roomId } = room
    const { type, sender, stateKey, content, redacts } = draft
    if (version.strictIntegers && hasWrittenNumbers(content))
      throw new MatrixError(
        'M_BAD_JSON',
        'Write numbers as integers from -(2^53)+1 to (2^53)-1, in digits: rooms of this version take no others.',
      )
    const lookup = builderState(room)
    const isCreate = type === 'm.room.create'
    const eventId: EventId | undefined =
      version.eventIdFormat === 'chosen' ? `$${randomBytes(18).toString('base64url')}:${serverName}` : undefined
    const ownRoomId = isCreate && version.createOmitsRoomId ? undefined : roomId
    const verdict = authorise(
      version,
      { type, sender, roomId: ownRoomId, stateKey, content, prevEvents: citedIds(next.extremities), eventId, redacts },
      lookup,
      evidence,
    )
    if (verdict !== undefined) throw new MatrixError('M_FORBIDDEN', verdict.reason, { cause: verdict })
    const sealed = sealEvent(version, serverName, signingKey, {
      type,
      sender,
      content,
      depth: next.depth + 1,
      origin_server_ts: draft.ts ?? now(),
      ...(eventId !== undefined && { event_id: eventId }),
      ...(ownRoomId !== undefined && { room_id: ownRoomId }),
      ...(stateKey !== undefined && { state_key: stateKey }),
      ...(redacts !== undefined && { redacts }),
      auth_events: authKeys(version, { type, sender, stateKey, content })
        .map((key) => builderEntry(room, ...key))
        .filter((event) => event !== undefined)
        .map((event) => cite(version, event)),
      prev_events: next.extremities,
    })
    const replaced = stateKey === undefined ? undefined : builderEntry(room, type, stateKey)
    return {
      ...sealed.event,
      json: sealed.json,
      nid: 0,
      pos: 0,
      roomNid: room.nid,
      senderNid,
      type,
      sender,
      stateKey,
      ts: sealed.event.pdu.origin_server_ts,
      stateBefore: next.stateVersion,
      overlay: undefined,
      met: undefined,
      status: undefined,
      class: classify(room, draft),
      relation: storedRelation(content),
      redacts,
      transaction,
      redactedBy: undefined,
      replaced: replaced && { eventId: replaced.eventId, sender: replaced.sender, content: replaced.pdu.content },
      mentions,
    }
  }
}

/** Makes a built event the end of its room, so that the next one is built on it before it is committed. */
export function advance(room: Room, event: StoredEvent): void {
  room.next = {
    depth: event.pdu.depth,
    stateVersion: event.stateKey === undefined ? event.stateBefore : event.stateBefore + 1,
    extremities: [citationOf(room.version, event)],
  }
  room.waiting += 1
  if (event.stateKey !== undefined) room.pending.set(stateMapKey(event.type, event.stateKey), event)
}
