import type { TimelineItem } from '../matrix/timeline-items.ts'

/** The part of the items that is in the page: so many at most, by their keys, so that it holds when others are put before. */
export interface TimelineWindow {
  /** The key of the first item; `beginning`: from the oldest on; `undefined`: as many as fit before the end. */
  readonly from: string | undefined
  /** The key after the last item; `undefined`: up to the newest. */
  readonly to: string | undefined
}

/** At the newest messages. */
export const atEnd: TimelineWindow = { from: undefined, to: undefined }

const beginning = ''
const usual = 80
const most = 200
const step = 60

/** The place of the item, or -1. */
const indexOf = (items: readonly TimelineItem[], key: string) => items.findIndex((item) => item.key === key)

const bounds = (items: readonly TimelineItem[], { from, to }: TimelineWindow) => {
  const found = to === undefined ? -1 : indexOf(items, to)
  const end = found < 0 ? items.length : found
  if (from === beginning) return { start: 0, end: Math.min(end, most) }
  const first = from === undefined ? -1 : indexOf(items, from)
  return { start: first < 0 ? Math.max(0, end - usual) : first, end }
}

/** The key of the first message from there on: days and gaps move when older messages come. */
const keyFrom = (items: readonly TimelineItem[], index: number): string | undefined =>
  items.find((item, at) => at >= index && item.kind === 'message')?.key

const windowAt = (items: readonly TimelineItem[], start: number, end: number): TimelineWindow => ({
  from: start === 0 ? beginning : keyFrom(items, start),
  to: end >= items.length ? undefined : keyFrom(items, end),
})

/** The items to show, and whether others stand before and after them. */
export const shownIn = (items: readonly TimelineItem[], window: TimelineWindow) => {
  const { start, end } = bounds(items, window)
  return { items: items.slice(start, end), isFirst: start === 0, isLast: end === items.length }
}

/** The window moved towards older items; what falls out at the newer side comes back by `later`. */
export const earlier = (items: readonly TimelineItem[], window: TimelineWindow): TimelineWindow => {
  const { start, end } = bounds(items, window)
  const first = Math.max(0, start - step)
  return windowAt(items, first, Math.min(end, first + most))
}

/** The window moved towards newer items. */
export const later = (items: readonly TimelineItem[], window: TimelineWindow): TimelineWindow => {
  const { start, end } = bounds(items, window)
  const last = Math.min(items.length, end + step)
  return windowAt(items, Math.max(start, last - most), last)
}

/** A window with the item in its middle. */
export const around = (items: readonly TimelineItem[], key: string): TimelineWindow => {
  const at = indexOf(items, key)
  return windowAt(items, Math.max(0, at - step), Math.min(items.length, at + step))
}
