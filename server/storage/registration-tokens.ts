import type { Database, Transaction } from './database.ts'

/** What an administrator hands out, so that people can sign up. */
export interface RegistrationToken {
  readonly token: string
  /** `undefined`: any number. */
  readonly usesAllowed: number | undefined
  readonly completed: number
  /** Milliseconds since the Unix epoch; `undefined`: never. */
  readonly expiryTs: number | undefined
}

/** Registration tokens, which are stored as they are, and administrators' one-time links, of which only hashes are. */
export interface RegistrationTokenStore {
  /** Newest first. */
  list(): Promise<RegistrationToken[]>
  find(token: string): Promise<RegistrationToken | undefined>
  findIn(tx: Transaction, token: string): Promise<RegistrationToken | undefined>
  /** False, and nothing written, when there is such a token. */
  add(tx: Transaction, token: RegistrationToken & { createdTs: number }): Promise<boolean>
  setLimits(tx: Transaction, token: string, limits: Pick<RegistrationToken, 'usesAllowed' | 'expiryTs'>): Promise<void>
  /** False when there was none. */
  remove(tx: Transaction, token: string): Promise<boolean>
  /** Counts one use. False, and nothing written, when it is unknown, used up or expired. */
  use(tx: Transaction, token: string, now: number): Promise<boolean>
  /** Keeps the hash of a new administrator's link; every earlier one is void. */
  replaceAdminLink(tx: Transaction, tokenHash: string, expiresTs: number): Promise<void>
  hasAdminLink(now: number): Promise<boolean>
  isAdminLink(tokenHash: string, now: number): Promise<boolean>
  /** Uses the link up. False when it is not good. */
  takeAdminLink(tx: Transaction, tokenHash: string, now: number): Promise<boolean>
}

interface Row {
  token: string
  uses_allowed: number | null
  completed: number
  expiry_ts: number | null
}

const columns = 'token, uses_allowed, completed, expiry_ts'
const selectOne = `SELECT ${columns} FROM registration_token WHERE token = $1`

const fromRow = (row: Row): RegistrationToken => ({
  token: row.token,
  usesAllowed: row.uses_allowed ?? undefined,
  completed: row.completed,
  expiryTs: row.expiry_ts ?? undefined,
})

type AdminLinks = Pick<RegistrationTokenStore, 'replaceAdminLink' | 'hasAdminLink' | 'isAdminLink' | 'takeAdminLink'>

const adminLinks = (database: Database): AdminLinks => ({
  async replaceAdminLink(tx, tokenHash, expiresTs) {
    await tx.query('DELETE FROM admin_link')
    await tx.query('INSERT INTO admin_link (token_hash, expires_ts) VALUES ($1, $2)', [tokenHash, expiresTs])
  },
  hasAdminLink: async (now) => (await database.read('SELECT 1 FROM admin_link WHERE expires_ts > $1', [now])).length > 0,
  async isAdminLink(tokenHash, now) {
    return (await database.read('SELECT 1 FROM admin_link WHERE token_hash = $1 AND expires_ts > $2', [tokenHash, now])).length > 0
  },
  async takeAdminLink(tx, tokenHash, now) {
    const sql = 'DELETE FROM admin_link WHERE token_hash = $1 AND expires_ts > $2 RETURNING token_hash'
    return (await tx.query(sql, [tokenHash, now])).length > 0
  },
})

/** @param database where the tokens lie */
export const createRegistrationTokenStore = (database: Database): RegistrationTokenStore => ({
  ...adminLinks(database),
  async list() {
    return (await database.read<Row>(`SELECT ${columns} FROM registration_token ORDER BY created_ts DESC, token`)).map(fromRow)
  },
  find: async (token) => (await database.read<Row>(selectOne, [token])).map(fromRow)[0],
  findIn: async (tx, token) => (await tx.query<Row>(selectOne, [token])).map(fromRow)[0],
  async add(tx, { token, usesAllowed, completed, expiryTs, createdTs }) {
    const rows = await tx.query(
      `INSERT INTO registration_token (token, uses_allowed, completed, expiry_ts, created_ts) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (token) DO NOTHING RETURNING token`,
      [token, usesAllowed ?? null, completed, expiryTs ?? null, createdTs],
    )
    return rows.length > 0
  },
  async setLimits(tx, token, { usesAllowed, expiryTs }) {
    await tx.query('UPDATE registration_token SET uses_allowed = $2, expiry_ts = $3 WHERE token = $1', [
      token,
      usesAllowed ?? null,
      expiryTs ?? null,
    ])
  },
  async remove(tx, token) {
    return (await tx.query('DELETE FROM registration_token WHERE token = $1 RETURNING token', [token])).length > 0
  },
  async use(tx, token, now) {
    const rows = await tx.query(
      `UPDATE registration_token SET completed = completed + 1 WHERE token = $1
       AND (uses_allowed IS NULL OR completed < uses_allowed) AND (expiry_ts IS NULL OR expiry_ts > $2) RETURNING token`,
      [token, now],
    )
    return rows.length > 0
  },
})
