import { openWriter, inList, type Location } from './connection.ts'
import type { Database } from './database.ts'

/** The whole text of an event that was redacted. */
export interface RedactedText {
  readonly nid: number
  /** The version of its room. */
  readonly version: string
  readonly body: string
}

/** What the disk still holds of redacted events. */
export interface RedactedTextStore {
  /** Some of those that a redaction of `ts` (milliseconds since the epoch) or earlier took away. */
  before(ts: number, limit: number): Promise<RedactedText[]>
  /** Puts shorter texts in the place of whole ones. */
  erase(texts: readonly { readonly nid: number; readonly body: string; readonly bytes: number }[]): Promise<void>
  /** Clears what the write-ahead log of SQLite still has of the past. False: somebody reads it (a backup, maybe); try later. */
  clearLog(): Promise<boolean>
}

interface Needs {
  readonly database: Database
  readonly location: Location
}

/** How long the clearing of the log may hold up writers, in milliseconds. */
const patience = 200

/**
 * On SQLite the new text is filled up with spaces to the length of the old one. The row then keeps its size, so that SQLite
 * writes over it where it lies, overflow pages included: nothing is freed, and no page is rebuilt with copies of its
 * neighbours' texts. PostgreSQL writes a new row; its vacuum drops the old one, and its own log and archives last as long as
 * its administrator says.
 */
export const createRedactedTextStore = ({ database, location }: Needs): RedactedTextStore => {
  const { engine } = database
  const items = engine === 'sqlite' ? 'json_each($1)' : 'jsonb_array_elements($1::jsonb) AS v(value)'
  const nid = engine === 'sqlite' ? '(value ->> 0)' : '(value ->> 0)::bigint'
  return {
    before: (ts, limit) =>
      database.read<RedactedText>(
        `SELECT e.nid, r.version, j.body FROM event e JOIN event redaction ON redaction.nid = e.redacted_by
         JOIN event_json j ON j.nid = e.nid JOIN room r ON r.nid = e.room_nid
         WHERE e.redacted_by IS NOT NULL AND e.text_erased IS NULL AND redaction.ts <= $1 LIMIT $2`,
        [ts, limit],
      ),
    erase: (texts) =>
      database.write(async (tx) => {
        const fill = (body: string, bytes: number) =>
          body + ' '.repeat(engine === 'sqlite' ? Math.max(0, bytes - Buffer.byteLength(body)) : 0)
        const rows = JSON.stringify(texts.map((text) => [text.nid, fill(text.body, text.bytes)]))
        await tx.query(`UPDATE event_json SET body = (value ->> 1) FROM ${items} WHERE event_json.nid = ${nid}`, [rows])
        const nids = JSON.stringify(texts.map((text) => text.nid))
        await tx.query(`UPDATE event SET text_erased = 1 WHERE nid ${inList(engine, '$1', 'bigint')}`, [nids])
      }),
    clearLog: async () => {
      if (location.engine !== 'sqlite') return true
      // A connection of its own: the one that writes would wait for a long reader with all writers behind it.
      const connection = await openWriter(location)
      try {
        await connection.query(`PRAGMA busy_timeout = ${patience}`)
        const [result] = await connection.query<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
        return result?.busy === 0
      } finally {
        await connection.close()
      }
    },
  }
}
