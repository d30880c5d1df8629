import type { EventId } from '../../../spec/identifiers.ts'
import type { Cited } from '../../protocol/auth-events.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { citationOf } from '../../protocol/event-id.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { Place } from '../../storage/place.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { Room } from '../room.ts'
import { extremitiesAfter, withinBounds } from './extremities.ts'
import { impliedCreate, judgeByCited, judgeByState, keysToJudge } from './judge-arrival.ts'
import type { ResolveStates } from './resolve-states.ts'
import { isCurrent, type LookupAt } from './state-lookups.ts'
import type { StateRef, StateRefs } from './state-refs.ts'
import type { Judgement, WriteArrival } from './write-arrival.ts'

/** What became of an event from elsewhere. */
export type Receipt =
  | { readonly outcome: 'accepted' | 'known' }
  | { readonly outcome: 'rejected' | 'soft-failed'; readonly rejection: Rejection }
  /** What it cites must be had first; of `prev`, or the state after it. */
  | { readonly outcome: 'waits'; readonly auth: readonly EventId[]; readonly prev: readonly EventId[] }

/** What is known of an event beside what it says itself. */
export interface Told {
  /** The state before it as a peer has it, since what it follows is not held. */
  readonly before?: StateRef
  /** It is older than what is held and follows it: it changes neither the room's ends nor its state. */
  readonly isPast?: boolean
  /** Its place in the timeline, where that lies before everything that is held: below zero. */
  readonly pastPos?: number | undefined
}

export interface ReceiveEvent {
  /**
   * Receives an event whose format, signatures and hash have been checked: judges it by what it cites, by the state before it and by
   * the room's state, and stores it whatever the verdict. The room must be held.
   * server-server-api/#checks-performed-on-receipt-of-a-pdu
   */
  (room: Room, arriving: SealedEvent, told?: Told): Promise<Receipt>
  /** Stores an event for what cites it, where it stands in the history or not; judged by what it cites alone. */
  outlier(room: Room, arriving: SealedEvent): Promise<Receipt>
}

interface Needs {
  eventGraph: EventGraph
  stateRefs: StateRefs
  lookupAt: LookupAt
  resolveStates: ResolveStates
  writeArrival: WriteArrival
}

/** What an event cites, as far as it is held. */
interface Citations {
  readonly cited: readonly Cited[]
  readonly create: Cited | undefined
  readonly missing: readonly EventId[]
}

const beginning: StateRef = { version: 0, overlay: undefined }

export function createReceiveEvent({ eventGraph, stateRefs, lookupAt, resolveStates, writeArrival }: Needs): ReceiveEvent {
  /** What the event cites, and the places of that and of others asked for. */
  const look = async (room: Room, event: Event, others: readonly EventId[]): Promise<Citations & { places: Map<EventId, Place> }> => {
    const ids = citedIds(event.pdu.auth_events)
    const implied = impliedCreate(room.version, event)
    const wanted = implied === undefined ? ids : [...ids, implied]
    const places = await eventGraph.places([...new Set([...wanted, ...others])])
    const held = wanted.map((eventId) => places.get(eventId)).filter((place) => place !== undefined)
    const events = await eventGraph.events(held.map(({ nid }) => nid))
    const citedAs = (eventId: EventId): Cited | undefined => {
      const place = places.get(eventId)
      return place && { event: events.get(place.nid)!, rejected: place.status === eventStatus.rejected }
    }
    return {
      places,
      cited: ids.map(citedAs).filter((one) => one !== undefined),
      create: implied === undefined ? undefined : citedAs(implied),
      missing: wanted.filter((eventId) => !places.has(eventId)),
    }
  }

  /**
   * The state before an event; `undefined` where that after one of those that it follows is not known, nor told. What is told of a new
   * event is no more than one branch beside what is held: a peer must not take back by it what the room has come to.
   */
  const stateBefore = async (
    room: Room,
    prevIds: readonly EventId[],
    prev: readonly Place[],
    { before: told, isPast = false }: Told,
  ): Promise<StateRef | undefined> => {
    if (prevIds.length === 0) return beginning
    const held = await Promise.all(prev.map((place) => stateRefs.after(place)))
    const known = held.filter((ref) => ref !== undefined)
    if (known.length === prevIds.length) return resolveStates(room, known)
    return told === undefined || isPast ? told : resolveStates(room, [told, ...known])
  }

  const allowedBy = async (room: Room, event: Event, ref: StateRef): Promise<Rejection | undefined> =>
    judgeByState(room.version, event, await lookupAt(room, ref, keysToJudge(room.version, event)))

  /** The room's state once the event is one of its ends. It is stored first, since resolution tells events by their numbers. */
  const stateOfEnds = async (room: Room, judgement: Judgement, ends: Room['next']['extremities']): Promise<Judgement> => {
    const { event, json, before } = judgement
    const nid = judgement.heldAs ?? (await writeArrival(room, { event, json, before: undefined, status: eventStatus.outlier })).nid
    const places = await eventGraph.places(citedIds(ends))
    const { skeyNid } = places.get(event.eventId)!
    const own = skeyNid === undefined ? before! : stateRefs.changed(before!, [[skeyNid, nid]])
    places.delete(event.eventId)
    const others = await Promise.all([...places.values()].map((place) => stateRefs.after(place)))
    const now = await resolveStates(room, [...others.filter((ref) => ref !== undefined), own])
    return { ...judgement, heldAs: nid, ends, now }
  }

  const judge = async (
    room: Room,
    judgement: Judgement,
    { cited, create }: Citations,
    prev: readonly Place[],
    past: 'asked for' | 'covered' | undefined,
  ): Promise<Receipt> => {
    const { event } = judgement
    const before = judgement.before!
    const { missing = [] } = judgement
    // What an event follows is of interest where that is part of the room: nobody may make gaps of what is to come.
    const unseen = past === undefined ? { ...judgement, missing: [] } : judgement
    const rejection = judgeByCited(room.version, event, cited, create) ?? (await allowedBy(room, event, before))
    if (rejection !== undefined) {
      await writeArrival(room, { ...unseen, status: eventStatus.rejected })
      return { outcome: 'rejected', rejection }
    }
    const now: StateRef = { version: room.stateVersion, overlay: undefined }
    // A room of which nothing stands in its place yet has no present state either.
    const isFirst = room.next.extremities.length === 0
    const isSpared = isFirst || isCurrent(room, before) || past === 'asked for'
    // Behind a gap the present state here is an old one: what is told of counts beside it, as a branch does, and takes nothing back.
    const present = isSpared || missing.length === 0 ? now : await resolveStates(room, [now, before])
    const softFailure = isSpared ? undefined : await allowedBy(room, event, present)
    if (softFailure !== undefined) {
      await writeArrival(room, { ...unseen, status: eventStatus.softFailed })
      return { outcome: 'soft-failed', rejection: softFailure }
    }
    if (past !== undefined) {
      // Where it comes late into the timeline, that is told of like any other arrival; nothing else of the room changes.
      await writeArrival(room, judgement.pastPos === undefined ? { ...judgement, ends: room.next.extremities, now } : judgement)
      return { outcome: 'accepted' }
    }
    const citation = citationOf(room.version, { eventId: event.eventId, json: judgement.json })
    const ends = await withinBounds(eventGraph, await extremitiesAfter(eventGraph, room.next.extremities, citation, prev), event)
    const follows = ends.length === 1 && isCurrent(room, before)
    await writeArrival(room, follows ? { ...judgement, ends } : await stateOfEnds(room, judgement, ends))
    return { outcome: 'accepted' }
  }

  const receive = async (room: Room, arriving: SealedEvent, told: Told = {}): Promise<Receipt> => {
    const { event } = arriving
    const prevIds = citedIds(event.pdu.prev_events)
    const [{ places, ...citations }, isCovered] = await Promise.all([
      look(room, event, [event.eventId, ...prevIds]),
      eventGraph.isBackwardExtremity(room.nid, event.eventId),
    ])
    const held = places.get(event.eventId)
    if (held !== undefined && (held.stateBefore >= 0 || held.roomNid !== room.nid)) return { outcome: 'known' }
    // What belongs to another room is as little part of this one's history as what does not exist.
    const prev = prevIds.map((eventId) => places.get(eventId)).filter((place) => place?.roomNid === room.nid) as Place[]
    const placed = new Set(prev.filter(({ stateBefore }) => stateBefore >= 0).map(({ eventId }) => eventId))
    const missing = prevIds.filter((eventId) => !placed.has(eventId))
    const before = await stateBefore(room, prevIds, prev, told)
    if (citations.missing.length > 0 || before === undefined)
      return { outcome: 'waits', auth: citations.missing, prev: before === undefined ? missing : [] }
    const { isPast = false, pastPos } = told
    const past = isPast ? 'asked for' : isCovered ? 'covered' : undefined
    const sealed = held === undefined ? arriving : await eventGraph.sealed(held.nid)
    return judge(room, { ...sealed, before, pastPos, heldAs: held?.nid, missing }, citations, prev, past)
  }

  const outlier = async (room: Room, { event, json }: SealedEvent): Promise<Receipt> => {
    const { places, cited, create, missing } = await look(room, event, [event.eventId])
    if (places.has(event.eventId)) return { outcome: 'known' }
    if (missing.length > 0) return { outcome: 'waits', auth: missing, prev: [] }
    const rejection = judgeByCited(room.version, event, cited, create)
    await writeArrival(room, {
      event,
      json,
      before: undefined,
      status: rejection === undefined ? eventStatus.outlier : eventStatus.rejected,
    })
    return rejection === undefined ? { outcome: 'accepted' } : { outcome: 'rejected', rejection }
  }
  return Object.assign(receive, { outlier })
}
