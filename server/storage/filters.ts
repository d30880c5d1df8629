import { createHash } from 'node:crypto'
import type { Database, Transaction } from './database.ts'

/** The filters that users keep, as JSON texts; numbers count from 1 for each user and are never given twice. */
export interface FilterStore {
  /** The number under which the same text is kept already. */
  numberOf(userNid: number, text: string): Promise<number | undefined>
  /** Keeps a text and gives its number; `undefined`, and nothing is kept, when the user has `most` by now. */
  add(tx: Transaction, userNid: number, text: string, most: number): Promise<number | undefined>
  find(userNid: number, filterId: number): Promise<string | undefined>
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
const byHash = 'SELECT filter_id FROM filter WHERE user_nid = $1 AND hash = $2'

/** @param database where the filters lie */
export const createFilterStore = (database: Database): FilterStore => ({
  numberOf: async (userNid, text) => (await database.read<{ filter_id: number }>(byHash, [userNid, hashOf(text)]))[0]?.filter_id,
  async add(tx, userNid, text, most) {
    const [same] = await tx.query<{ filter_id: number }>(byHash, [userNid, hashOf(text)])
    if (same !== undefined) return same.filter_id
    const [last] = await tx.query<{ n: number }>('SELECT COALESCE(MAX(filter_id), 0) AS n FROM filter WHERE user_nid = $1', [userNid])
    const filterId = last!.n + 1
    if (filterId > most) return undefined
    await tx.query('INSERT INTO filter (user_nid, filter_id, hash, body) VALUES ($1, $2, $3, $4)', [userNid, filterId, hashOf(text), text])
    return filterId
  },
  find: async (userNid, filterId) =>
    (await database.read<{ body: string }>('SELECT body FROM filter WHERE user_nid = $1 AND filter_id = $2', [userNid, filterId]))[0]?.body,
})
