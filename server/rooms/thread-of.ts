import type { EventId } from '../../spec/identifiers.ts'
import type { EventStore } from '../storage/events.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/** How far relations are followed towards a thread. client-server-api/#threaded-read-receipts */
const maxHops = 3

/** The root of the thread that an event is in, by itself or through what it relates to; `undefined` in the main timeline. */
export async function threadOf(events: Pick<EventStore, 'byId'>, event: StoredEvent): Promise<EventId | undefined> {
  let relation = event.relation
  for (let hops = 0; relation !== undefined; hops++) {
    if (relation.type === 'm.thread') return relation.eventId
    if (hops === maxHops) return undefined
    const parent = await events.byId(relation.eventId)
    relation = parent?.roomNid === event.roomNid ? parent.relation : undefined
  }
  return undefined
}

/**
 * Whether a receipt on the event may be one of the thread: `main`, or the ID of a thread's root.
 * The root itself is in the main timeline; a receipt on it within its own thread says that nothing of the thread was read, and is taken.
 */
export async function isInThread(events: Pick<EventStore, 'byId'>, event: StoredEvent, threadId: string): Promise<boolean> {
  const root = await threadOf(events, event)
  return threadId === 'main' ? root === undefined : root === threadId || event.eventId === threadId
}
