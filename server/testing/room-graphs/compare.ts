import type { UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { isUserId } from '../../protocol/identifiers.ts'
import type { StateSet } from '../../protocol/state-resolution.ts'
import type { Arrival, MemoryRoom } from './memory-room.ts'
import type { Received } from './naive-receipt.ts'
import { seenBy } from './naive-visibility.ts'
import { keyOfEvent, type State } from './naive-state.ts'

/** Where two ways of computing a room part; `undefined`: nowhere. */
export type Disagreement = string | undefined

/** Compares states, and remembers those that were the same. */
export interface Comparison {
  states(what: string, expected: State, found: StateSet): Disagreement
  receipts(event: Event, expected: Received, found: Arrival): Disagreement
  /** What each user may see of what was received. */
  sights(expected: readonly Received[], found: readonly Arrival[]): Disagreement
}

export const createComparison = ({ eventAt, numberOf, sightOf }: MemoryRoom): Comparison => {
  const same = new Map<StateSet, State>()

  const states: Comparison['states'] = (what, expected, found) => {
    if (same.get(found) === expected) return undefined
    for (const [key, event] of expected) {
      const index = found.get(numberOf(event.pdu.type, event.pdu.state_key as string) ?? -1)
      if (index === undefined || eventAt(index) !== event)
        return `${what}: ${nameOf(key)} is ${index === undefined ? 'nothing' : eventAt(index).eventId}, not ${event.eventId}`
    }
    for (const index of found.values()) {
      const event = eventAt(index)
      if (!expected.has(keyOfEvent(event))) return `${what}: ${nameOf(keyOfEvent(event))} is ${event.eventId}, not nothing`
    }
    same.set(found, expected)
    return undefined
  }

  const receipts: Comparison['receipts'] = ({ eventId }, { placed, softFailure, extremities, current }, found) =>
    states(`the state before ${eventId}`, placed.before, found.before) ??
    verdicts(eventId, verdictOf({ rejection: placed.rejection, softFailure }), verdictOf(found)) ??
    states(`the state after ${eventId}`, placed.after, found.after) ??
    verdicts(`the extremities after ${eventId}`, extremities.toSorted().join(' '), [...found.extremities].sort().join(' ')) ??
    states(`the current state after ${eventId}`, current, found.current)

  const sights: Comparison['sights'] = (expected, found) => {
    const users = new Set(expected.flatMap(({ placed: { event } }) => [event.pdu.sender, ...membersIn(event)]))
    for (const userId of users) {
      const seen = sightOf(userId, found)
      for (const [at, isSeen] of seenBy(userId, expected).entries()) {
        if (seen[at] !== isSeen) return `whether ${userId} may see ${expected[at]?.placed.event.eventId}: ${seen[at]}, not ${isSeen}`
      }
    }
    return undefined
  }

  return { states, receipts, sights }
}

const membersIn = ({ pdu }: Event): UserId[] => (pdu.type === 'm.room.member' && isUserId(pdu.state_key) ? [pdu.state_key] : [])

const nameOf = (key: string): string => key.replace('\n', ' ').trimEnd()

const verdicts = (what: string, expected: string, found: string): Disagreement =>
  expected === found ? undefined : `${what}: ${found}, not ${expected}`

const verdictOf = ({ rejection, softFailure }: Pick<Arrival, 'rejection' | 'softFailure'>): string => {
  if (rejection !== undefined) return `rejected by ${rejection.by}, rule ${rejection.rule}`
  return softFailure === undefined ? 'accepted' : `soft-failed by rule ${softFailure}`
}
