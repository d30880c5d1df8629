import { languageTag, msg } from './msg.ts'

const dayMs = 86_400_000
const startOfDay = (ts: number) => new Date(ts).setHours(0, 0, 0, 0)
const daysAgo = (ts: number, now: number) => Math.round((startOfDay(now) - startOfDay(ts)) / dayMs)

/** The time of day, as the reader's country writes it. */
export const timeOfDay = (ts: number): string => new Date(ts).toLocaleTimeString(languageTag(), { hour: 'numeric', minute: '2-digit' })

/** Today, yesterday, the weekday of the last week, or the date. */
export const dayName = (ts: number, now: number): string => {
  const ago = daysAgo(ts, now)
  if (ago === 0) return msg('day.today')
  if (ago === 1) return msg('day.yesterday')
  const sameYear = new Date(ts).getFullYear() === new Date(now).getFullYear()
  return new Date(ts).toLocaleDateString(languageTag(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!sameYear && { year: 'numeric' as const }),
  })
}

/** As short as it can be said: the time of today, the weekday of this week, else the date. */
export const shortWhen = (ts: number, now: number): string => {
  const ago = daysAgo(ts, now)
  if (ago === 0) return timeOfDay(ts)
  if (ago < 7) return new Date(ts).toLocaleDateString(languageTag(), { weekday: 'short' })
  return new Date(ts).toLocaleDateString(languageTag(), { day: 'numeric', month: 'short' })
}

/** Date and time in full. */
export const fullWhen = (ts: number): string => new Date(ts).toLocaleString(languageTag(), { dateStyle: 'full', timeStyle: 'short' })
