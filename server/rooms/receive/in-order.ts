import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds } from '../../protocol/event.ts'
import type { SealedEvent } from '../../protocol/seal-event.ts'

/** The events in an order in which each stands behind those of the others that it follows or cites; what is in a circle is left out. */
export const inOrder = (events: readonly SealedEvent[]): SealedEvent[] => {
  const byId = new Map(events.map((one) => [one.event.eventId, one]))
  const followers = new Map<EventId, EventId[]>()
  const open = new Map<EventId, number>()
  for (const [eventId, { event }] of byId) {
    const cited = new Set([...citedIds(event.pdu.prev_events), ...citedIds(event.pdu.auth_events)])
    const here = [...cited].filter((id) => byId.has(id))
    open.set(eventId, here.length)
    for (const id of here) {
      const known = followers.get(id)
      if (known === undefined) followers.set(id, [eventId])
      else known.push(eventId)
    }
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([eventId]) => eventId)
  const ordered: SealedEvent[] = []
  // It grows while it is walked.
  for (const eventId of ready) {
    ordered.push(byId.get(eventId)!)
    for (const follower of followers.get(eventId) ?? []) {
      const left = open.get(follower)! - 1
      open.set(follower, left)
      if (left === 0) ready.push(follower)
    }
  }
  return ordered
}

/** Those of the events that others come after: these, what these follow, and so on as far as the events reach. */
export const behind = (ends: readonly EventId[], events: readonly SealedEvent[]): SealedEvent[] => {
  const byId = new Map(events.map((one) => [one.event.eventId, one]))
  const found = new Map<EventId, SealedEvent>()
  const open = [...ends]
  for (let eventId = open.pop(); eventId !== undefined; eventId = open.pop()) {
    const one = byId.get(eventId)
    if (one === undefined || found.has(eventId)) continue
    found.set(eventId, one)
    open.push(...citedIds(one.event.pdu.prev_events))
  }
  return [...found.values()]
}
