import type { EventStore } from '../storage/events.ts'
import type { OffLine } from '../storage/off-line.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/** What state events replaced: what the state before each has at its type and key. By the event's number; absent for none. */
export type FindReplaced = (events: readonly StoredEvent[]) => Promise<ReadonlyMap<number, StoredEvent>>

interface Needs {
  events: Pick<EventStore, 'byNids' | 'replacedBy'>
  offLine: Pick<OffLine, 'replaced'>
}

export const createFindReplaced =
  ({ events: store, offLine }: Needs): FindReplaced =>
  async (events) => {
    const onLine = await store.replacedBy(events)
    const off = events.filter(({ overlay }) => overlay !== undefined)
    if (off.length === 0) return onLine
    const otherwise = await offLine.replaced(off)
    const found = new Map((await store.byNids([...otherwise.values()].filter((nid) => nid > 0))).map((event) => [event.nid, event]))
    const all = new Map(onLine)
    for (const [nid, replaced] of otherwise) {
      const event = found.get(replaced)
      if (event === undefined) all.delete(nid)
      else all.set(nid, event)
    }
    return all
  }
