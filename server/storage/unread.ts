import type { UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'
import { eventClass } from './stored-event.ts'

/** What is unread in one thread (`''`: the main timeline) of a room. */
export interface ThreadCount {
  readonly thread: string
  /** Of every class but the silent one. */
  readonly messages: number
  /** Those among them of each class, without the events that have a row of the reader's own in `mention`. */
  readonly plain: number
  readonly encrypted: number
  readonly roomMention: number
  /** Rows of the reader's own that notify, be the event's class what it may. */
  readonly singled: number
  /** Those among them that highlight. */
  readonly highlights: number
}

/** Whose counts they are. */
export interface UnreadReader {
  readonly userNid: number
  /** What these wrote does not count, state that they set included: who ignores somebody is told of nothing they do. */
  readonly ignored: ReadonlySet<UserId>
}

/** From where on a room's messages are unread. */
export interface UnreadFrom {
  readonly roomNid: number
  readonly after: number
}

/** Counts of what others wrote after a position: ranges over an index, never counters that could drift. */
export interface UnreadStore {
  /** By room and thread, in one query: what lies after each room's position, up to and including `upTo`, the reader's own left out. */
  counts(reader: UnreadReader, rooms: readonly UnreadFrom[], upTo: number): Promise<ReadonlyMap<number, ThreadCount[]>>
  /** The same for one thread. */
  inThread(roomNid: number, reader: UnreadReader, thread: string, after: number, upTo: number): Promise<ThreadCount>
}

interface Row {
  room_nid: number
  thread: string | null
  messages: number
  plain: number
  encrypted: number
  room_mention: number
  singled: number
  highlights: number
}

/** What a row of `event` has as its thread: the root's ID, or '' in the main timeline. */
const threadOf = "CASE WHEN e.rel_type = 'm.thread' THEN e.relates_to ELSE '' END"
const sum = (condition: string, name: string) => `CAST(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS BIGINT) AS ${name}`
const ofClass = (number: number, name: string) => sum(`m.nid IS NULL AND e.class = ${number}`, name)
const columns = [
  `${threadOf} AS thread`,
  sum('e.class > 0', 'messages'),
  ofClass(eventClass.message, 'plain'),
  ofClass(eventClass.encrypted, 'encrypted'),
  ofClass(eventClass.roomMention, 'room_mention'),
  sum('m.highlight >= 0', 'singled'),
  sum('m.highlight = 1', 'highlights'),
].join(', ')
const mine = 'LEFT JOIN mention m ON m.user_nid = $1 AND m.room_nid = e.room_nid AND m.nid = e.pos'
const others = '(e.class > 0 OR m.nid IS NOT NULL) AND e.redacted_by IS NULL AND e.sender_nid <> $1'

const count = ({ thread, messages, plain, encrypted, room_mention, singled, highlights }: Row): ThreadCount => ({
  thread: fromColumn(thread ?? ''),
  messages,
  plain,
  encrypted,
  roomMention: room_mention,
  singled,
  highlights,
})

export function createUnreadStore(database: Database): UnreadStore {
  const places =
    database.engine === 'sqlite'
      ? '(SELECT value ->> 0 AS room_nid, value ->> 1 AS after FROM json_each($2)) AS p'
      : '(SELECT (value ->> 0)::bigint AS room_nid, (value ->> 1)::bigint AS after FROM jsonb_array_elements($2::jsonb) AS v(value)) AS p'
  /** The condition that leaves out whom the reader ignores, and what is bound to it. */
  const without = ({ ignored }: UnreadReader, parameter: `$${number}`): { sql: string; bind: string[] } =>
    ignored.size === 0
      ? { sql: '', bind: [] }
      : {
          sql: ` AND e.sender_nid NOT IN (SELECT u.nid FROM user_id u WHERE u.user_id ${inList(database.engine, parameter, 'text')})`,
          bind: [JSON.stringify([...ignored].map(toColumn))],
        }
  return {
    counts: async (reader, rooms, upTo) => {
      const byRoom = new Map<number, ThreadCount[]>(rooms.map(({ roomNid }) => [roomNid, []]))
      if (rooms.length === 0) return byRoom
      const { sql, bind } = without(reader, '$4')
      const rows = await database.read<Row>(
        `SELECT e.room_nid, ${columns} FROM ${places}
        JOIN event e ON e.room_nid = p.room_nid AND e.pos > p.after AND e.pos <= $3 ${mine} WHERE ${others}${sql} GROUP BY 1, 2`,
        [reader.userNid, JSON.stringify(rooms.map(({ roomNid, after }) => [roomNid, after])), upTo, ...bind],
      )
      for (const row of rows) byRoom.get(row.room_nid)!.push(count(row))
      return byRoom
    },
    inThread: async (roomNid, reader, thread, after, upTo) => {
      const { sql, bind } = without(reader, '$6')
      const [row] = await database.read<Row>(
        `SELECT e.room_nid, ${columns} FROM event e ${mine}
        WHERE e.room_nid = $2 AND e.pos > $3 AND e.pos <= $4 AND ${others} AND ${threadOf} = $5${sql} GROUP BY 1, 2`,
        [reader.userNid, roomNid, after, upTo, thread, ...bind],
      )
      return row ? count(row) : { thread, messages: 0, plain: 0, encrypted: 0, roomMention: 0, singled: 0, highlights: 0 }
    },
  }
}
