import type { EventId } from '../../spec/identifiers.ts'
import { redacted } from '../storage/events.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { Room } from './room.ts'

/**
 * From this commit on nobody gets the redacted text, from memory neither: not as an event, and not as what another one replaced.
 * @param by the number of the redaction
 */
export function redactInMemory(room: Room, target: EventId, by: number): void {
  const swap = (event: StoredEvent): StoredEvent => {
    if (event.eventId === target) return redacted(room.version, event, by)
    return event.replaced?.eventId === target ? { ...event, replaced: undefined } : event
  }
  room.recent.forEach((event, i) => {
    room.recent[i] = swap(event)
  })
  for (const [key, event] of room.state) if (swap(event) !== event) room.state.set(key, swap(event))
  for (const [userId, event] of room.members) if (event !== undefined && swap(event) !== event) room.members.set(userId, swap(event))
}
