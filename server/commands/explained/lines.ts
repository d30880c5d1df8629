import type { NotedEvent, RuleVerdict } from '../../../spec/admin/room-explanation.ts'

/** Text without characters that steer the reader's terminal: types, state keys and IDs are what others chose. */
export const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (found) => (found === '\n' ? found : escaped(found)))

/** As JSON escapes them. */
const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** A part of the text: a title, and what stands below it. Without lines there is no title either. */
export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

/** A number with its noun: `1 event`, `2 events`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string => `${count} ${count === 1 ? noun : plural}`

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** How long ago that was; times in milliseconds since the epoch. */
export const age = (ts: number, now: number): string => {
  const [name, length] = units.find(([, ms]) => Math.abs(now - ts) >= ms) ?? ['second', 1000]
  const count = Math.floor(Math.abs(now - ts) / length)
  return ts > now + 1000 ? `${counted(count, name)} ahead` : `${counted(count, name)} ago`
}

const latest = 8_640_000_000_000_000

/** A time of day with its age. */
export const moment = (ts: number, now: number): string =>
  ts > latest ? `at ${ts} ms` : `${new Date(ts).toISOString().slice(0, 19)}Z (${age(ts, now)})`

/** `m.room.member of @a:x`. */
export const keyText = (type: string, stateKey: string | undefined): string =>
  stateKey === undefined || stateKey === '' ? type : `${type} of ${stateKey}`

/** An event in one line. */
export const eventLine = ({ event_id, type, state_key, sender, depth, origin_server_ts, standing }: NotedEvent, now: number): string => {
  const how = standing === 'ordinary' ? '' : `, ${standing}`
  return `${event_id} ${keyText(type, state_key)}, by ${sender}, depth ${depth}, ${moment(origin_server_ts, now)}${how}`
}

/** `allowed`, or by which rule not. */
export const verdictText = ({ verdict, rule, reason }: RuleVerdict): string =>
  [verdict, ...(rule === undefined ? [] : [`by rule ${rule}`])].join(' ') + (reason === undefined ? '' : `: ${reason}`)

/** Names in a column of their own. */
export const columns = (rows: readonly (readonly [name: string, text: string])[]): string[] => {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}

/** What a list leaves out. */
export const more = (count: number, shown: readonly unknown[]): string[] =>
  count > shown.length ? [`… and ${count - shown.length} more`] : []
