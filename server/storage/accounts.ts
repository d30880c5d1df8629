import type { UserId } from '../../spec/identifiers.ts'
import type { Database, Transaction } from './database.ts'

/** Somebody who can have sessions here. A deactivated account stays, so that its name is never given to another. */
export interface Account {
  readonly userId: UserId
  /** An encoded Argon2id hash; `undefined` where no password can log in. */
  readonly passwordHash: string | undefined
  readonly admin: boolean
  readonly deactivated: boolean
  readonly erased: boolean
  /** Milliseconds since the Unix epoch. */
  readonly createdTs: number
}

export interface NewAccount {
  readonly userId: UserId
  readonly passwordHash: string | undefined
  readonly admin: boolean
  readonly createdTs: number
}

/** The accounts of this server, by user ID. */
export interface AccountStore {
  find(userId: UserId): Promise<Account | undefined>
  /** The account as this transaction sees it. */
  findIn(tx: Transaction, userId: UserId): Promise<Account | undefined>
  /** Whether any account that is not deactivated is an administrator's. */
  hasAdministrator(): Promise<boolean>
  /** False, and nothing written, when the name was ever taken. */
  create(tx: Transaction, account: NewAccount): Promise<boolean>
  setPasswordHash(tx: Transaction, userId: UserId, hash: string): Promise<void>
  /** Replaces the hash unless it has changed since it was read. */
  replacePasswordHash(tx: Transaction, userId: UserId, from: string, to: string): Promise<void>
  /**
   * Wipes the password and the rights; `erased` is never taken back. Until `markDeparted`, the account counts as departing.
   * False when it was deactivated before.
   */
  deactivate(tx: Transaction, userId: UserId, erased: boolean, ts: number): Promise<boolean>
  /** Deactivated accounts that may still be in rooms. */
  listDeparting(): Promise<UserId[]>
  markDeparted(tx: Transaction, userId: UserId): Promise<void>
  /** Keeps the hash of a one-time secret that lets its bearer set a new password; an earlier one of the same account is void. */
  addPasswordReset(tx: Transaction, userId: UserId, tokenHash: string, expiresTs: number): Promise<void>
  /** Whose password the secret resets, if it is good at `now`. */
  findPasswordReset(tokenHash: string, now: number): Promise<UserId | undefined>
  /** Uses the secret up. */
  takePasswordReset(tx: Transaction, tokenHash: string, now: number): Promise<UserId | undefined>
}

interface Row {
  user_id: UserId
  password_hash: string | null
  admin: number
  created_ts: number
  deactivated_ts: number | null
  erased: number
}

const select = 'SELECT user_id, password_hash, admin, created_ts, deactivated_ts, erased FROM account WHERE user_id = $1'

const fromRow = (row: Row | undefined): Account | undefined =>
  row && {
    userId: row.user_id,
    passwordHash: row.password_hash ?? undefined,
    admin: row.admin === 1,
    deactivated: row.deactivated_ts !== null,
    erased: row.erased === 1,
    createdTs: row.created_ts,
  }

const passwordResets = (database: Database): Pick<AccountStore, 'addPasswordReset' | 'findPasswordReset' | 'takePasswordReset'> => ({
  async addPasswordReset(tx, userId, tokenHash, expiresTs) {
    await tx.query(
      `INSERT INTO password_reset (token_hash, user_id, expires_ts) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_ts = excluded.expires_ts`,
      [tokenHash, userId, expiresTs],
    )
  },
  async findPasswordReset(tokenHash, now) {
    const sql = 'SELECT user_id FROM password_reset WHERE token_hash = $1 AND expires_ts > $2'
    return (await database.read<Row>(sql, [tokenHash, now]))[0]?.user_id
  },
  async takePasswordReset(tx, tokenHash, now) {
    const sql = 'DELETE FROM password_reset WHERE token_hash = $1 AND expires_ts > $2 RETURNING user_id'
    return (await tx.query<Row>(sql, [tokenHash, now]))[0]?.user_id
  },
})

/** @param database where the accounts lie */
export const createAccountStore = (database: Database): AccountStore => ({
  ...passwordResets(database),
  find: async (userId) => fromRow((await database.read<Row>(select, [userId]))[0]),
  findIn: async (tx, userId) => fromRow((await tx.query<Row>(select, [userId]))[0]),
  async hasAdministrator() {
    const rows = await database.read('SELECT user_id FROM account WHERE admin = 1 AND deactivated_ts IS NULL LIMIT 1')
    return rows.length > 0
  },
  async create(tx, { userId, passwordHash, admin, createdTs }) {
    const rows = await tx.query(
      `INSERT INTO account (user_id, password_hash, admin, created_ts, deactivated_ts, erased, departing) VALUES ($1, $2, $3, $4, NULL, 0, 0)
       ON CONFLICT (user_id) DO NOTHING RETURNING user_id`,
      [userId, passwordHash ?? null, admin ? 1 : 0, createdTs],
    )
    return rows.length > 0
  },
  async setPasswordHash(tx, userId, hash) {
    await tx.query('UPDATE account SET password_hash = $2 WHERE user_id = $1 AND deactivated_ts IS NULL', [userId, hash])
  },
  async replacePasswordHash(tx, userId, from, to) {
    await tx.query('UPDATE account SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2', [userId, from, to])
  },
  async deactivate(tx, userId, erased, ts) {
    if (erased) await tx.query('UPDATE account SET erased = 1 WHERE user_id = $1', [userId])
    await tx.query('DELETE FROM password_reset WHERE user_id = $1', [userId])
    const rows = await tx.query(
      `UPDATE account SET password_hash = NULL, admin = 0, deactivated_ts = $2, departing = 1
       WHERE user_id = $1 AND deactivated_ts IS NULL RETURNING user_id`,
      [userId, ts],
    )
    return rows.length > 0
  },
  async listDeparting() {
    return (await database.read<Row>('SELECT user_id FROM account WHERE departing = 1 ORDER BY user_id')).map((row) => row.user_id)
  },
  async markDeparted(tx, userId) {
    await tx.query('UPDATE account SET departing = 0 WHERE user_id = $1', [userId])
  },
})
