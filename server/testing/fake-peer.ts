import type { EventId } from '../../spec/identifiers.ts'
import { canonicalJson } from '../protocol/encoding.ts'
import { citedIds, type Event, type JsonObject } from '../protocol/event.ts'
import type { KeyOf } from '../protocol/received-pdu.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import { createVerifyKey, type VerifyKey } from '../protocol/signing.ts'
import { strictJson } from '../protocol/strict-json.ts'
import type { Peer } from '../rooms/receive/peer.ts'
import { createNaiveRoom } from './room-graphs/naive-room.ts'
import { signingKeyOf } from './room-graphs/sealing.ts'

/** What a peer knows of a room: events that are really hashed and signed, each after what it cites. */
export interface PeersRoom {
  readonly version: RoomVersion
  readonly roomId: string
  readonly events: readonly Event[]
}

/** A peer in memory that answers as the specification says, or as its lies have it, and counts what it is asked. */
export interface FakePeer extends Peer {
  readonly asked: { event: number; missingEvents: number; stateIds: number; backfill: number }
}

/** What a peer answers otherwise than it should; it may look at the honest answer. */
export type Lies = (honest: Peer) => Partial<Peer>

/** A PDU as it comes over the wire. */
export const onWire = (pdu: JsonObject): unknown => strictJson(canonicalJson(pdu), { integers: 'written' })

const verifyKeys = new Map<string, VerifyKey>()
/** The keys of all servers of graphs: known, and valid for ever. */
export const keyOfGraphs: KeyOf = (serverName, keyId) => {
  const signing = signingKeyOf(serverName)
  if (signing.keyId !== keyId) return undefined
  const key = verifyKeys.get(serverName) ?? createVerifyKey(signing.publicKey)!
  verifyKeys.set(serverName, key)
  return { key, validUntilTs: Number.MAX_SAFE_INTEGER, learntTs: Number.MAX_SAFE_INTEGER }
}

/** The events that these follow, and what those follow, nearest first; those of `without` and what only they lead to are left out. */
const walkBack = (
  eventOf: (eventId: EventId) => Event | undefined,
  from: readonly EventId[],
  without: ReadonlySet<EventId>,
  limit: number,
): Event[] => {
  const found = new Map<EventId, Event>()
  const queue = [...from]
  for (const eventId of queue) {
    const event = eventOf(eventId)
    if (event === undefined || found.has(eventId) || without.has(eventId)) continue
    if (found.size === limit) break
    found.set(eventId, event)
    queue.push(...citedIds(event.pdu.prev_events))
  }
  return [...found.values()]
}

const honestPeer = ({ version, roomId, events }: PeersRoom): Peer => {
  // The room may grow while the peer is asked.
  const byId = new Map<EventId, Event>()
  const model = createNaiveRoom(version)
  const eventOf = (eventId: EventId): Event | undefined => {
    for (const event of events.slice(byId.size)) byId.set(event.eventId, event)
    return byId.get(eventId)
  }
  let placed = 0
  const stateBefore = (eventId: EventId): EventId[] => {
    for (; placed < events.length; placed++) model.place(events[placed]!)
    return [...model.placed(eventId).before.values()].map((event) => event.eventId)
  }
  return {
    event: async (eventId) => {
      const event = eventOf(eventId)
      return event && onWire(event.pdu)
    },
    missingEvents: async (asked, { earliest, latest, limit }) => {
      if (asked !== roomId) return []
      const prev = latest.flatMap((eventId) => citedIds(eventOf(eventId)?.pdu.prev_events ?? []))
      return walkBack(eventOf, prev, new Set([...earliest, ...latest]), limit).map(({ pdu }) => onWire(pdu))
    },
    stateIds: async (asked, eventId) => (asked === roomId && eventOf(eventId) !== undefined ? stateBefore(eventId) : undefined),
    backfill: async (asked, from, limit) =>
      asked === roomId ? walkBack(eventOf, from, new Set(), limit).map(({ pdu }) => onWire(pdu)) : [],
  }
}

export function createFakePeer(room: PeersRoom, lies: Lies = () => ({})): FakePeer {
  const honest = honestPeer(room)
  const { event, missingEvents, stateIds, backfill }: Peer = { ...honest, ...lies(honest) }
  const asked = { event: 0, missingEvents: 0, stateIds: 0, backfill: 0 }
  const counted =
    <Args extends unknown[], Answer>(name: keyof typeof asked, answer: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      asked[name] += 1
      return answer(...args)
    }
  return {
    asked,
    event: counted('event', event),
    missingEvents: counted('missingEvents', missingEvents),
    stateIds: counted('stateIds', stateIds),
    backfill: counted('backfill', backfill),
  }
}

/** A peer that gives nothing, as one that does not know us. */
export const refusing: Lies = () => ({
  event: async () => undefined,
  missingEvents: async () => [],
  stateIds: async () => undefined,
  backfill: async () => [],
})

/** A peer that cannot be reached. */
export const failing: Lies = () => {
  const fail = async (): Promise<never> => {
    throw new Error('The peer cannot be reached.')
  }
  return { event: fail, missingEvents: fail, stateIds: fail, backfill: fail }
}
