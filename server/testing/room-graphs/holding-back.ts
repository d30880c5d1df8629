import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import type { Chance } from './chance.ts'

/** The order in which a server takes in events that reach it in the order given: each is held back until it has all that it cites. */
export const holdBack = (arriving: readonly Event[]): Event[] => {
  const taken = new Set<EventId>()
  const order: Event[] = []
  let waiting: Event[] = [...arriving]
  while (waiting.length > 0) {
    const held: Event[] = []
    for (const event of waiting) {
      if (![...citedIds(event.pdu.prev_events), ...citedIds(event.pdu.auth_events)].every((eventId) => taken.has(eventId))) held.push(event)
      else {
        taken.add(event.eventId)
        order.push(event)
      }
    }
    if (held.length === waiting.length) throw new Error('An event cites one that never arrives.')
    waiting = held
  }
  return order
}

/** The events in any order that a server could take them in. */
export const shuffle = (events: readonly Event[], chance: Chance): Event[] => {
  const arriving = [...events]
  for (let at = arriving.length - 1; at > 0; at--) {
    const other = chance.between(0, at)
    ;[arriving[at], arriving[other]] = [arriving[other] as Event, arriving[at] as Event]
  }
  return holdBack(arriving)
}

/** Some stretches of some senders' events come late, with all that rests on them; some redactions come before what they redact. */
export const delay = (events: readonly Event[], chance: Chance): Event[] => {
  const places = new Map(events.map((event, at) => [event, at]))
  for (let rounds = chance.between(1, 3); rounds > 0; rounds--) {
    const from = chance.between(0, events.length - 1)
    const sender = (events[from] as Event).pdu.sender
    const late = chance.between(3, 40)
    for (const event of events.slice(from, from + chance.between(1, 20))) {
      if (event.pdu.sender === sender) places.set(event, (places.get(event) as number) + late)
    }
  }
  const byId = new Map(events.map((event) => [event.eventId as unknown, event]))
  for (const event of events) {
    const target = byId.get(event.pdu.redacts ?? event.pdu.content['redacts'])
    if (target !== undefined && chance.in(0.6)) places.set(event, (places.get(target) as number) - 0.5)
  }
  return holdBack(events.toSorted((a, b) => (places.get(a) as number) - (places.get(b) as number)))
}
