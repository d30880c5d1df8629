import type { UserId } from '../../spec/identifiers.ts'
import { fromColumn } from './column-text.ts'
import type { Database, Transaction } from './database.ts'

/** An access token's row, with what its device and account add to it. */
export interface StoredSession {
  readonly tokenHash: string
  readonly userId: UserId
  readonly deviceId: string
  readonly deviceNid: number
  readonly admin: boolean
  /** Milliseconds since the Unix epoch; `undefined`: never. */
  readonly expiresTs: number | undefined
  /** It came from a refresh and has not been used yet. */
  readonly unconfirmed: boolean
  /** The refresh token that was given out beside it. */
  readonly refreshHash: string | undefined
  /** A refresh has replaced it. */
  readonly superseded: boolean
}

/** A token to keep: its hash, never itself. */
export interface NewToken {
  readonly tokenHash: string
  readonly deviceNid: number
  readonly userId: UserId
  readonly createdTs: number
  readonly expiresTs: number | undefined
}

export interface StoredRefreshToken extends NewToken {
  /** The hash of the refresh token that was last given out for it. */
  readonly nextHash: string | undefined
  readonly superseded: boolean
}

/** Access and refresh tokens, by hash. A device has one chain of them: each refresh supersedes the pair before. */
export interface TokenStore {
  find(tokenHash: string): Promise<StoredSession | undefined>
  /** `refreshHash`: the refresh token given out beside it; `unconfirmed`: a refresh made it. */
  addAccess(tx: Transaction, token: NewToken & { refreshHash: string | undefined; unconfirmed: boolean }): Promise<void>
  addRefresh(tx: Transaction, token: NewToken): Promise<void>
  findRefresh(tx: Transaction, tokenHash: string): Promise<StoredRefreshToken | undefined>
  setNext(tx: Transaction, tokenHash: string, nextHash: string): Promise<void>
  /**
   * Notes that the pair of refresh token `refreshHash` is in use: what came before it, the refresh token that led to it and
   * all other access tokens of the device, is superseded. Gives the hashes of the access tokens that ended.
   */
  settlePair(tx: Transaction, deviceNid: number, refreshHash: string, ts: number): Promise<string[]>
  /** Supersedes the pair of refresh token `refreshHash`. */
  supersedePair(tx: Transaction, deviceNid: number, refreshHash: string, ts: number): Promise<void>
  /** Notes the first use of an access token that a refresh made. False when it is no longer unconfirmed. */
  confirm(tx: Transaction, tokenHash: string): Promise<boolean>
  /** Forgets tokens of the device that were superseded before `ts`. */
  purgeSuperseded(tx: Transaction, deviceNid: number, ts: number): Promise<void>
  /** Removes all tokens of devices. */
  removeOfDevices(tx: Transaction, deviceNids: readonly number[]): Promise<void>
}

interface SessionRow {
  token_hash: string
  user_id: UserId
  device_id: string
  device_nid: number
  admin: number
  expires_ts: number | null
  unconfirmed: number
  refresh_hash: string | null
  superseded_ts: number | null
}
interface RefreshRow {
  token_hash: string
  device_nid: number
  user_id: UserId
  created_ts: number
  expires_ts: number | null
  next_hash: string | null
  superseded_ts: number | null
}

const selectSession = `SELECT t.token_hash, t.user_id, d.device_id, t.device_nid, a.admin, t.expires_ts, t.unconfirmed,
  t.refresh_hash, t.superseded_ts
  FROM access_token t JOIN device d ON d.device_nid = t.device_nid JOIN account a ON a.user_id = t.user_id
  WHERE t.token_hash = $1 AND a.deactivated_ts IS NULL`

const fromRow = (row: SessionRow): StoredSession => ({
  tokenHash: row.token_hash,
  userId: row.user_id,
  deviceId: fromColumn(row.device_id),
  deviceNid: row.device_nid,
  admin: row.admin === 1,
  expiresTs: row.expires_ts ?? undefined,
  unconfirmed: row.unconfirmed === 1,
  refreshHash: row.refresh_hash ?? undefined,
  superseded: row.superseded_ts !== null,
})

const chain: Pick<TokenStore, 'settlePair' | 'supersedePair' | 'confirm' | 'purgeSuperseded'> = {
  async settlePair(tx, deviceNid, refreshHash, ts) {
    await tx.query('UPDATE refresh_token SET superseded_ts = $3 WHERE device_nid = $1 AND next_hash = $2 AND superseded_ts IS NULL', [
      deviceNid,
      refreshHash,
      ts,
    ])
    await tx.query('UPDATE access_token SET unconfirmed = 0 WHERE device_nid = $1 AND refresh_hash = $2', [deviceNid, refreshHash])
    const ended = await tx.query<SessionRow>(
      `UPDATE access_token SET superseded_ts = $3 WHERE device_nid = $1 AND refresh_hash <> $2 AND superseded_ts IS NULL
       RETURNING token_hash`,
      [deviceNid, refreshHash, ts],
    )
    return ended.map((row) => row.token_hash)
  },
  async supersedePair(tx, deviceNid, refreshHash, ts) {
    await tx.query('UPDATE refresh_token SET superseded_ts = $3 WHERE device_nid = $1 AND token_hash = $2', [deviceNid, refreshHash, ts])
    await tx.query('UPDATE access_token SET superseded_ts = $3 WHERE device_nid = $1 AND refresh_hash = $2', [deviceNid, refreshHash, ts])
  },
  async confirm(tx, tokenHash) {
    const sql =
      'UPDATE access_token SET unconfirmed = 0 WHERE token_hash = $1 AND unconfirmed = 1 AND superseded_ts IS NULL RETURNING token_hash'
    return (await tx.query(sql, [tokenHash])).length > 0
  },
  async purgeSuperseded(tx, deviceNid, ts) {
    await tx.query('DELETE FROM access_token WHERE device_nid = $1 AND superseded_ts < $2', [deviceNid, ts])
    await tx.query('DELETE FROM refresh_token WHERE device_nid = $1 AND superseded_ts < $2', [deviceNid, ts])
  },
}

/** @param database where the tokens lie */
export const createTokenStore = (database: Database): TokenStore => ({
  ...chain,
  async find(tokenHash) {
    const row = (await database.read<SessionRow>(selectSession, [tokenHash]))[0]
    return row && fromRow(row)
  },
  async addAccess(tx, { tokenHash, deviceNid, userId, createdTs, expiresTs, refreshHash, unconfirmed }) {
    await tx.query(
      `INSERT INTO access_token (token_hash, device_nid, user_id, created_ts, expires_ts, refresh_hash, unconfirmed)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tokenHash, deviceNid, userId, createdTs, expiresTs ?? null, refreshHash ?? null, unconfirmed ? 1 : 0],
    )
  },
  async addRefresh(tx, { tokenHash, deviceNid, userId, createdTs, expiresTs }) {
    await tx.query('INSERT INTO refresh_token (token_hash, device_nid, user_id, created_ts, expires_ts) VALUES ($1, $2, $3, $4, $5)', [
      tokenHash,
      deviceNid,
      userId,
      createdTs,
      expiresTs ?? null,
    ])
  },
  async findRefresh(tx, tokenHash) {
    const row = (await tx.query<RefreshRow>('SELECT * FROM refresh_token WHERE token_hash = $1', [tokenHash]))[0]
    return (
      row && {
        tokenHash,
        deviceNid: row.device_nid,
        userId: row.user_id,
        createdTs: row.created_ts,
        expiresTs: row.expires_ts ?? undefined,
        nextHash: row.next_hash ?? undefined,
        superseded: row.superseded_ts !== null,
      }
    )
  },
  async setNext(tx, tokenHash, nextHash) {
    await tx.query('UPDATE refresh_token SET next_hash = $2 WHERE token_hash = $1', [tokenHash, nextHash])
  },
  async removeOfDevices(tx, deviceNids) {
    if (deviceNids.length === 0) return
    const list = deviceNids.map((_, i) => `$${i + 1}`).join(', ')
    await tx.query(`DELETE FROM access_token WHERE device_nid IN (${list})`, deviceNids)
    await tx.query(`DELETE FROM refresh_token WHERE device_nid IN (${list})`, deviceNids)
  },
})
