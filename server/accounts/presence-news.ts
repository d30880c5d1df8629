import type { UserId } from '../../spec/identifiers.ts'
import type { Presence } from './presence.ts'

/** Presence as syncs tell it: `m.presence` events as JSON text. */
export interface PresenceNews {
  counter(): number
  /** What is new since a counter about the reader and those who share a room with them, the latest first. */
  since(reader: UserId, counter: number): readonly string[]
}

interface Needs {
  presence: Pick<Presence, 'counter' | 'changedSince' | 'of'>
  /** Whether both are joined to some room, as far as memory knows: who syncs is in it. */
  shareRoom: (a: UserId, b: UserId) => boolean
}

/** Events in one answer. Those beyond are of long ago, or come with their next change. */
const maxEvents = 1000

export const createPresenceNews = ({ presence, shareRoom }: Needs): PresenceNews => ({
  counter: presence.counter,
  since: (reader, counter) =>
    presence
      .changedSince(counter)
      .filter((userId) => userId === reader || shareRoom(reader, userId))
      .slice(0, maxEvents)
      .map((userId) => JSON.stringify({ type: 'm.presence', sender: userId, content: presence.of(userId) })),
})
