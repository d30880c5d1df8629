import type { EventId } from '../../../spec/identifiers.ts'
import type { Cited } from '../../protocol/auth-events.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { citationOf } from '../../protocol/event-id.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'
import type { EventGraph, Place } from '../../storage/event-graph.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { Room } from '../room.ts'
import { extremitiesAfter } from './extremities.ts'
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

/** What a peer had to tell, since what the event follows is not held. */
export interface Told {
  /** The state before the event. */
  readonly before?: StateRef
  /** Its place in the timeline, where that lies before everything that is held: below zero. */
  readonly pastPos?: number
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
  const citationsOf = async (room: Room, event: Event): Promise<Citations> => {
    const ids = citedIds(event.pdu.auth_events)
    const implied = impliedCreate(room.version, event)
    const places = await eventGraph.places(implied === undefined ? ids : [...ids, implied])
    const events = await eventGraph.events([...places.values()].map(({ nid }) => nid))
    const citedAs = (eventId: EventId): Cited | undefined => {
      const place = places.get(eventId)
      return place && { event: events.get(place.nid)!, rejected: place.status === eventStatus.rejected }
    }
    return {
      cited: ids.map(citedAs).filter((one) => one !== undefined),
      create: implied === undefined ? undefined : citedAs(implied),
      missing: ids.filter((eventId) => !places.has(eventId)),
    }
  }

  /** The state before an event that follows these; `undefined` where that after one of them is not known. */
  const stateBehind = async (room: Room, prev: readonly Place[]): Promise<StateRef | undefined> => {
    const refs = await Promise.all(prev.map((place) => stateRefs.after(place)))
    return refs.every((ref) => ref !== undefined) ? resolveStates(room, refs) : undefined
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
    isPast: boolean,
  ): Promise<Receipt> => {
    const { event } = judgement
    const before = judgement.before!
    const rejection = judgeByCited(room.version, event, cited, create) ?? (await allowedBy(room, event, before))
    if (rejection !== undefined) {
      await writeArrival(room, { ...judgement, status: eventStatus.rejected })
      return { outcome: 'rejected', rejection }
    }
    if (isPast) {
      await writeArrival(room, judgement)
      return { outcome: 'accepted' }
    }
    const softFailure = isCurrent(room, before)
      ? undefined
      : await allowedBy(room, event, { version: room.stateVersion, overlay: undefined })
    if (softFailure !== undefined) {
      await writeArrival(room, { ...judgement, status: eventStatus.softFailed })
      return { outcome: 'soft-failed', rejection: softFailure }
    }
    const ends = await extremitiesAfter(
      eventGraph,
      room.next.extremities,
      citationOf(room.version, { eventId: event.eventId, json: judgement.json }),
      prev,
    )
    const follows = ends.length === 1 && isCurrent(room, before)
    await writeArrival(room, follows ? { ...judgement, ends } : await stateOfEnds(room, judgement, ends))
    return { outcome: 'accepted' }
  }

  const receive = async (room: Room, { event, json }: SealedEvent, { before: toldBefore, pastPos }: Told = {}): Promise<Receipt> => {
    const prevIds = citedIds(event.pdu.prev_events)
    const [places, citations, gaps] = await Promise.all([
      eventGraph.places([event.eventId, ...prevIds]),
      citationsOf(room, event),
      eventGraph.backwardExtremities(room.nid),
    ])
    const held = places.get(event.eventId)
    if (held !== undefined && held.stateBefore >= 0) return { outcome: 'known' }
    const prev = prevIds.map((eventId) => places.get(eventId)).filter((place) => place !== undefined)
    const behind =
      toldBefore ?? (prevIds.length === 0 ? beginning : prev.length < prevIds.length ? undefined : await stateBehind(room, prev))
    if (citations.missing.length > 0 || behind === undefined) {
      const unknown = prevIds.filter((eventId) => (places.get(eventId)?.stateBefore ?? -1) < 0)
      return { outcome: 'waits', auth: citations.missing, prev: behind === undefined ? unknown : [] }
    }
    const missing = prevIds.filter((eventId) => (places.get(eventId)?.stateBefore ?? -1) < 0)
    const isPast = pastPos !== undefined || gaps.includes(event.eventId)
    return judge(room, { event, json, before: behind, pastPos, heldAs: held?.nid, missing }, citations, prev, isPast)
  }

  const outlier = async (room: Room, { event, json }: SealedEvent): Promise<Receipt> => {
    const [places, { cited, create, missing }] = await Promise.all([eventGraph.places([event.eventId]), citationsOf(room, event)])
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
