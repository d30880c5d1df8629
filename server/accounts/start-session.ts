import { randomInt } from 'node:crypto'
import type { UserId } from '../../spec/identifiers.ts'
import type { Transaction } from '../storage/database.ts'
import type { Device, DeviceStore } from '../storage/devices.ts'
import type { TokenStore } from '../storage/tokens.ts'
import type { EndSessions } from './end-sessions.ts'
import { hashSecret, newSecret } from './secret-token.ts'

/** How long tokens live, in milliseconds; `undefined`: until logout. */
export interface TokenLifetimes {
  /** An access token of a client that refreshes. */
  readonly refreshableAccess: number
  /** An access token of a client that does not. */
  readonly lastingAccess: number | undefined
  /** A refresh token that is not used. */
  readonly refresh: number | undefined
}

/** What a client is given with a session; the tokens in clear, for the only time. */
export interface SessionGrant {
  readonly userId: UserId
  readonly deviceId: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Milliseconds that the access token lives. */
  readonly expiresInMs: number | undefined
}

export interface SessionWish {
  readonly userId: UserId
  /** `undefined`: the server picks one. */
  readonly deviceId: string | undefined
  /** For a new device. */
  readonly displayName: string | undefined
  /** Whether the client can refresh. */
  readonly refreshable: boolean
}

/**
 * Starts a session within a transaction. On a device that exists, the session before ends; of too many devices, the one that
 * was not seen for the longest time goes. client-server-api/#relationship-between-access-tokens-and-devices
 */
export type StartSession = (tx: Transaction, wish: SessionWish) => Promise<SessionGrant>

/** Adds a pair of tokens for a device, or an access token alone. */
export type IssueTokens = (
  tx: Transaction,
  device: { readonly userId: UserId; readonly deviceNid: number },
  options: { readonly refreshable: boolean; readonly unconfirmed: boolean },
) => Promise<Pick<SessionGrant, 'accessToken' | 'refreshToken' | 'expiresInMs'>>

export const createIssueTokens =
  ({
    tokens,
    lifetimes,
    now,
  }: {
    readonly tokens: TokenStore
    readonly lifetimes: TokenLifetimes
    /** Milliseconds since the Unix epoch. */
    readonly now: () => number
  }): IssueTokens =>
  async (tx, { userId, deviceNid }, { refreshable, unconfirmed }) => {
    const createdTs = now()
    const expiresInMs = refreshable ? lifetimes.refreshableAccess : lifetimes.lastingAccess
    const after = (lifetime: number | undefined) => (lifetime === undefined ? undefined : createdTs + lifetime)
    const accessToken = newSecret('access')
    const refreshToken = refreshable ? newSecret('refresh') : undefined
    const refreshHash = refreshToken === undefined ? undefined : hashSecret(refreshToken)
    if (refreshHash !== undefined) {
      await tokens.addRefresh(tx, { tokenHash: refreshHash, deviceNid, userId, createdTs, expiresTs: after(lifetimes.refresh) })
    }
    await tokens.addAccess(tx, {
      tokenHash: hashSecret(accessToken),
      deviceNid,
      userId,
      createdTs,
      expiresTs: after(expiresInMs),
      refreshHash,
      unconfirmed,
    })
    return { accessToken, refreshToken, expiresInMs }
  }

interface Needs {
  readonly devices: DeviceStore
  readonly endSessions: EndSessions
  readonly issueTokens: IssueTokens
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** How many devices a user may have. */
  readonly maxDevices?: number
}

const newDeviceId = (): string => Array.from({ length: 10 }, () => String.fromCharCode(65 + randomInt(26))).join('')
const lastSeen = (device: Device): number => device.lastSeenTs ?? device.createdTs

export const createStartSession = ({ devices, endSessions, issueTokens, now, maxDevices = 500 }: Needs): StartSession => {
  const makeRoom = async (tx: Transaction, userId: UserId, deviceNid: number): Promise<void> => {
    const others = (await devices.listIn(tx, userId)).filter((device) => device.deviceNid !== deviceNid)
    const excess = others.length + 1 - maxDevices
    if (excess <= 0) return
    const gone = new Set(others.sort((a, b) => lastSeen(a) - lastSeen(b) || a.deviceNid - b.deviceNid).slice(0, excess))
    await endSessions(tx, userId, [...gone], { keepDevices: false })
  }
  return async (tx, { userId, deviceId = newDeviceId(), displayName, refreshable }) => {
    const { deviceNid, isNew } = await devices.ensure(tx, { userId, deviceId, displayName, ts: now() })
    if (isNew) await makeRoom(tx, userId, deviceNid)
    else await endSessions(tx, userId, [{ deviceNid, deviceId }], { keepDevices: true })
    return { userId, deviceId, ...(await issueTokens(tx, { userId, deviceNid }, { refreshable, unconfirmed: false })) }
  }
}
