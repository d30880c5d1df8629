import type { UserId } from '../../spec/identifiers.ts'
import type { Database, Transaction } from './database.ts'

/** A user's profile: any JSON value by field name. */
export interface Profile {
  readonly [field: string]: unknown
}

/** The profiles of local users. Values are kept as JSON text. */
export interface ProfileStore {
  /** Empty where nothing is set. */
  find(userId: UserId): Promise<Profile>
  /** The profile as this transaction sees it. */
  findIn(tx: Transaction, userId: UserId): Promise<Profile>
  /** Those of many users in one query; who has none is absent. */
  findMany(userIds: readonly UserId[]): Promise<Map<UserId, Profile>>
  set(tx: Transaction, userId: UserId, field: string, value: unknown): Promise<void>
  /** False when the field was not set. */
  remove(tx: Transaction, userId: UserId, field: string): Promise<boolean>
  removeAll(tx: Transaction, userId: UserId): Promise<void>
}

interface Row {
  user_id: UserId
  field: string
  value: string
}

const select = 'SELECT user_id, field, value FROM profile_field WHERE user_id = $1 ORDER BY field'

// `fromEntries` defines keys, so that a field named `__proto__` would be one like any other.
const fromRows = (rows: readonly Row[]): Profile => Object.fromEntries(rows.map((row) => [row.field, JSON.parse(row.value) as unknown]))

const unpackIds = { sqlite: 'SELECT value FROM json_each($1)', postgres: 'SELECT value FROM json_array_elements_text($1::json)' }

/** @param database where the profiles lie */
export const createProfileStore = (database: Database): ProfileStore => ({
  find: async (userId) => fromRows(await database.read<Row>(select, [userId])),
  findIn: async (tx, userId) => fromRows(await tx.query<Row>(select, [userId])),
  async findMany(userIds) {
    const rows = await database.read<Row>(
      `SELECT user_id, field, value FROM profile_field WHERE user_id IN (${unpackIds[database.engine]}) ORDER BY field`,
      [JSON.stringify(userIds)],
    )
    const found = new Map<UserId, Row[]>()
    for (const row of rows) found.set(row.user_id, [...(found.get(row.user_id) ?? []), row])
    return new Map([...found].map(([userId, fields]) => [userId, fromRows(fields)]))
  },
  async set(tx, userId, field, value) {
    await tx.query(
      `INSERT INTO profile_field (user_id, field, value) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, field) DO UPDATE SET value = excluded.value`,
      [userId, field, JSON.stringify(value)],
    )
  },
  async remove(tx, userId, field) {
    const rows = await tx.query('DELETE FROM profile_field WHERE user_id = $1 AND field = $2 RETURNING field', [userId, field])
    return rows.length > 0
  },
  async removeAll(tx, userId) {
    await tx.query('DELETE FROM profile_field WHERE user_id = $1', [userId])
  },
})
