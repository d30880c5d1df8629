import { fromColumn } from './column-text.ts'
import type { Database } from './database.ts'

/** What is unread in one thread (`''`: the main timeline) of a room. */
export interface ThreadCount {
  readonly thread: string
  readonly messages: number
  /** Mentions that highlight. */
  readonly highlights: number
  /** Messages that notify by a rule of their own though the room's level would not. */
  readonly singled: number
}

/** Counts of what others wrote after a position: ranges over an index, never counters that could drift. */
export interface UnreadStore {
  /** By thread, with the events up to and including `after` and the user's own left out. */
  counts(roomNid: number, userNid: number, after: number, upTo: number): Promise<ThreadCount[]>
  /** The same for one thread. */
  inThread(roomNid: number, userNid: number, thread: string, after: number, upTo: number): Promise<ThreadCount>
}

interface Row { thread: string | null; messages: number; highlights: number; singled: number }

/** What a row of `event` has as its thread: the root's ID, or '' in the main timeline. */
const threadOf = "CASE WHEN e.rel_type = 'm.thread' THEN e.relates_to ELSE '' END"

export function createUnreadStore(database: Database): UnreadStore {
  const select = (also: string, bind: readonly unknown[]) => database.read<Row>(`SELECT ${threadOf} AS thread, COUNT(*) AS messages,
    CAST(COALESCE(SUM(m.highlight), 0) AS BIGINT) AS highlights, COUNT(m.nid) AS singled
    FROM event e LEFT JOIN mention m ON m.user_nid = $2 AND m.room_nid = e.room_nid AND m.nid = e.nid
    WHERE e.room_nid = $1 AND e.pos > $3 AND e.pos <= $4 AND e.class > 0 AND e.sender_nid <> $2 ${also} GROUP BY 1`, bind)
  const count = ({ thread, messages, highlights, singled }: Row): ThreadCount =>
    ({ thread: fromColumn(thread ?? ''), messages, highlights, singled })
  return {
    counts: async (roomNid, userNid, after, upTo) => (await select('', [roomNid, userNid, after, upTo])).map(count),
    inThread: async (roomNid, userNid, thread, after, upTo) => {
      const [row] = await select(`AND ${threadOf} = $5`, [roomNid, userNid, after, upTo, thread])
      return row ? count(row) : { thread, messages: 0, highlights: 0, singled: 0 }
    },
  }
}
