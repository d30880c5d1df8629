import { refresh } from '../../spec/client/login.ts'
import { type Call, createCall } from './call.ts'
import { mayPass } from './call-error.ts'
import { type ReadonlySignal, signal } from './changes.ts'

/** Who is logged in on this browser, and by what. */
export interface Session {
  readonly userId: string
  readonly deviceId: string
  readonly accessToken: string
  readonly refreshToken?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** What login, registration and refresh answer. */
export interface Granted {
  readonly user_id: string
  readonly device_id?: string | undefined
  readonly access_token?: string | undefined
  readonly refresh_token?: string | undefined
  readonly expires_in_ms?: number | undefined
}

/** Holds the session across reloads and tabs, renews its token and calls the server in its name. */
export interface SessionKeeper {
  readonly current: ReadonlySignal<Session | undefined>
  readonly call: Call
  /** The token in force, renewed if it is about to end. */
  accessToken(): Promise<string | undefined>
  /** The server refused the token: renews it. `false`: the session is over. */
  refusedToken(token: string): Promise<boolean>
  begin(granted: Granted): void
  /** Forgets the session here; the server is told by `logout`. */
  end(): void
}

interface Needs {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly fetch: typeof fetch
  readonly baseUrl: string
  readonly now: () => number
  /** Runs `work` while no other tab does. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Calls back when another tab changes the storage. */
  readonly onStorage: (changed: () => void) => void
}

const storageKey = 'hallway.session'
const renewAheadMs = 30_000

const parse = (text: string | null): Session | undefined => {
  try {
    const value = text === null ? undefined : (JSON.parse(text) as Session)
    return typeof value?.userId === 'string' && typeof value.accessToken === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** Creates the keeper and takes up the session that the storage holds. */
export const createSessionKeeper = ({ storage, fetch, baseUrl, now, alone, onStorage }: Needs): SessionKeeper => {
  const read = () => parse(storage.getItem(storageKey))
  const current = signal<Session | undefined>(read())
  onStorage(() => {
    current.value = read()
  })

  const keep = (session: Session | undefined) => {
    if (session) storage.setItem(storageKey, JSON.stringify(session))
    else storage.removeItem(storageKey)
    current.value = session
  }

  const begin = (granted: Granted) => {
    const { user_id: userId, device_id: deviceId = '', access_token: accessToken, refresh_token, expires_in_ms } = granted
    if (accessToken === undefined) return
    keep({
      userId,
      deviceId,
      accessToken,
      ...(refresh_token && { refreshToken: refresh_token }),
      ...(expires_in_ms !== undefined && { expiresAt: now() + expires_in_ms }),
    })
  }

  const anonymous = createCall({ fetch, baseUrl, accessToken: async () => undefined, onUnknownToken: async () => false })

  /** Trades the refresh token in, unless another tab did so meanwhile. `false`: the session is over. */
  const renew = (stale: string): Promise<boolean> =>
    alone(async () => {
      const session = read()
      if (!session) return false
      if (session.accessToken !== stale) {
        current.value = session
        return true
      }
      if (!session.refreshToken) return false
      const granted = await anonymous(refresh, { body: { refresh_token: session.refreshToken }, anonymous: true })
      begin({ user_id: session.userId, device_id: session.deviceId, refresh_token: session.refreshToken, ...granted })
      return true
    })

  const accessToken = async () => {
    const session = current.value
    if (session?.refreshToken && session.expiresAt !== undefined && session.expiresAt - renewAheadMs < now()) {
      await renew(session.accessToken).catch(() => false)
    }
    return current.value?.accessToken
  }

  const refusedToken = async (token: string) => {
    const renewed = await renew(token).catch((error: unknown) => {
      if (mayPass(error)) throw error
      return false
    })
    if (!renewed && current.value?.accessToken === token) keep(undefined)
    return renewed
  }

  const call = createCall({ fetch, baseUrl, accessToken, onUnknownToken: refusedToken })
  return { current, call, accessToken, refusedToken, begin, end: () => keep(undefined) }
}
