import { hash } from 'node:crypto'
import type { Event } from '../../protocol/event.ts'
import { isAllowed, keyOfEvent, type Known, lookupInState, type State, typeOfKey } from './naive-state.ts'

/** State resolution of version 1 rooms, step by step as the text has it. rooms/v1/#state-resolution */
export const resolveV1 = (known: Known, states: readonly State[]): State => {
  const conflicting = conflictingEvents(states)
  // "Start by setting R to the union of the states to be resolved, excluding any conflicting events."
  const resolved = new Map<string, Event>()
  for (const state of states) for (const [key, event] of state) if (!conflicting.has(key)) resolved.set(key, event)

  for (const type of ['m.room.power_levels', 'm.room.join_rules', 'm.room.member']) {
    // The text gives keys of one type no order; so none of them sees what became of another.
    const atStart = new Map(resolved)
    for (const [key, events] of conflicting) if (typeOfKey(key) === type) resolved.set(key, lastAllowed(known, events, atStart))
  }

  // "No other events affect the authorisation rules", so here too none sees another.
  const atStart = new Map(resolved)
  for (const [key, events] of conflicting) {
    if (resolved.has(key)) continue
    // "pick the event with the highest depth and lowest sha1(event_id) that passes authentication in R"
    const picked = byDepth(events).findLast((event) => isAllowed(known, event, lookupInState(atStart)))
    if (picked !== undefined) resolved.set(key, picked)
  }
  return resolved
}

/** "A conflict occurs between states where those states have different event_ids for the same (event_type, state_key)." */
const conflictingEvents = (states: readonly State[]): Map<string, Event[]> => {
  const found = new Map<string, Set<Event>>()
  for (const state of states) {
    for (const event of state.values()) {
      const key = keyOfEvent(event)
      const events = found.get(key) ?? new Set()
      found.set(key, events.add(event))
    }
  }
  const conflicting = new Map<string, Event[]>()
  for (const [key, events] of found) if (events.size > 1) conflicting.set(key, [...events])
  return conflicting
}

/** The first event, then each that the state allows while it holds the one before it, up to the first that it does not allow. */
const lastAllowed = (known: Known, events: readonly Event[], atStart: State): Event => {
  const [first, ...others] = byDepth(events)
  const resolved = new Map(atStart)
  let last = first as Event
  resolved.set(keyOfEvent(last), last)
  for (const event of others) {
    if (!isAllowed(known, event, lookupInState(resolved))) break
    last = event
    resolved.set(keyOfEvent(event), event)
  }
  return last
}

/** "Sort the list by ascending depth then descending sha1(event_id)." */
const byDepth = (events: readonly Event[]): Event[] =>
  events.toSorted((a, b) => a.pdu.depth - b.pdu.depth || (sha1(a.eventId) > sha1(b.eventId) ? -1 : 1))

const sha1 = (eventId: string): string => hash('sha1', eventId)
