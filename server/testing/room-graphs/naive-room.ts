import assert from 'node:assert/strict'
import type { EventId } from '../../../spec/identifiers.ts'
import { checkAuthEvents } from '../../protocol/auth-events.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { resolveV1 } from './naive-resolution-v1.ts'
import { resolveV2 } from './naive-resolution-v2.ts'
import { keyOfEvent, type Known, lookupInCited, lookupInState, refusal, type State } from './naive-state.ts'

/** An event in its place: what depends on what it cites alone, and never on when it was received. */
export interface Placed {
  readonly event: Event
  readonly before: State
  readonly after: State
  readonly rejection: { readonly by: 'cited events' | 'state before'; readonly rule: string } | undefined
}

/** A room as the text has it: a whole state map before and after each event. */
export interface NaiveRoom {
  readonly known: Known
  /** Judges an event; all that it cites was placed before it. */
  place(event: Event): Placed
  /** @throws when the event was not placed */
  placed(eventId: EventId): Placed
  /** The resolution of the states after these events. */
  stateOver(eventIds: Iterable<EventId>): State
}

const emptyState: State = new Map()

export const createNaiveRoom = (version: RoomVersion): NaiveRoom => {
  const events = new Map<EventId, Placed>()
  const placed = (eventId: EventId): Placed => {
    const found = events.get(eventId)
    assert(found !== undefined, `${eventId} was not told before what cites it.`)
    return found
  }
  const authorities = new Map<Event, readonly Event[]>()
  const known: Known = {
    version,
    eventOf: (eventId) => placed(eventId).event,
    isRejected: (eventId) => events.get(eventId)?.rejection !== undefined,
    authEventsOf: (event) => {
      const cited = authorities.get(event) ?? citedIds(event.pdu.auth_events).map((eventId) => placed(eventId).event)
      authorities.set(event, cited)
      return cited
    },
  }
  const resolve = createResolution(known)
  const stateOver = (eventIds: Iterable<EventId>): State => resolve([...new Set(eventIds)].map((eventId) => placed(eventId).after))

  const place = (event: Event): Placed => {
    const before = stateOver(citedIds(event.pdu.prev_events))
    const rejection = judge(known, event, before)
    const isState = event.pdu.state_key !== undefined
    const after = isState && rejection === undefined ? new Map(before).set(keyOfEvent(event), event) : before
    const result: Placed = { event, before, after, rejection }
    events.set(event.eventId, result)
    return result
  }
  return { known, place, placed, stateOver }
}

/** Checks 4 and 5 on receipt of a PDU. server-server-api/#checks-performed-on-receipt-of-a-pdu */
const judge = (known: Known, event: Event, before: State): Placed['rejection'] => {
  const { type, sender, state_key: stateKey, content } = event.pdu
  const cited = known.authEventsOf(event).map((one) => ({ event: one, rejected: known.isRejected(one.eventId) }))
  const by = (rejection: Rejection | undefined, what: 'cited events' | 'state before') =>
    rejection === undefined ? undefined : { by: what, rule: rejection.rule }
  return (
    by(checkAuthEvents(known.version, { type, sender, stateKey, content, roomId: event.roomId }, cited), 'cited events') ??
    by(refusal(known, event, lookupInCited(known, event)), 'cited events') ??
    by(refusal(known, event, lookupInState(before)), 'state before')
  )
}

/** Resolution that remembers: of the same states, the same result; and of a result that is one of the states, that very state. */
const createResolution = (known: Known): ((states: readonly State[]) => State) => {
  const chains = new Map<Event, ReadonlySet<Event>>()
  const authChain = (event: Event): ReadonlySet<Event> => {
    let chain = chains.get(event)
    if (chain === undefined) {
      const all = new Set<Event>()
      for (const cited of known.authEventsOf(event)) {
        all.add(cited)
        for (const earlier of authChain(cited)) all.add(earlier)
      }
      chains.set(event, (chain = all))
    }
    return chain
  }
  const names = new Map<State, number>()
  const nameOf = (state: State): number => {
    const name = names.get(state) ?? names.size
    names.set(state, name)
    return name
  }
  const results = new Map<string, State>()
  return (given) => {
    const states = [...new Set(given)]
    if (states.length < 2) return states[0] ?? emptyState
    const name = states
      .map(nameOf)
      .sort((a, b) => a - b)
      .join()
    let result = results.get(name)
    if (result === undefined) {
      const resolved = known.version.stateResolution === 'v1' ? resolveV1(known, states) : resolveV2(known, states, authChain)
      result = states.find((state) => isSame(state, resolved)) ?? resolved
      results.set(name, result)
    }
    return result
  }
}

/** Whether two states have the same events under the same keys. */
export const isSame = (one: State, other: State): boolean =>
  one.size === other.size && [...one].every(([key, event]) => other.get(key) === event)
