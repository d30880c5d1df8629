import { dayOf, type TimelineItem } from './timeline-items.ts'

/** The items of one of several rooms that followed one another. */
export interface Segment {
  readonly roomId: string
  readonly items: readonly TimelineItem[]
}

/**
 * Makes one list of the items of rooms that followed one another, the oldest first: a mark where the conversation moved, and no day named
 * twice. Items of all but the last room say which room they are of.
 */
export const joinedItems = (segments: readonly Segment[]): TimelineItem[] => {
  const joined: TimelineItem[] = []
  let day: string | undefined
  for (const [index, { roomId, items }] of segments.entries()) {
    if (index > 0) joined.push({ kind: 'upgrade', key: `upgrade ${roomId}` })
    const isLast = index === segments.length - 1
    for (const item of items) {
      if (item.kind === 'day') {
        if (dayOf(item.ts) === day) continue
        day = dayOf(item.ts)
      }
      joined.push(isLast ? item : { ...item, roomId })
    }
  }
  return joined
}
