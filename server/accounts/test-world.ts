import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Database } from '../storage/database.ts'
import { type AccountConfig, wireAccounts } from '../wire-accounts.ts'
import { wireStores } from '../wire-storage.ts'
import type { Attempt, InteractiveAuth } from './interactive-auth.ts'
import type { Login } from './login.ts'
import type { HashCost } from './password-hash.ts'
import type { RoomProfile } from './profile.ts'
import type { RegistrationMode, SignUp } from './register.ts'
import { hashSecret } from './secret-token.ts'
import type { LoginLimiter } from './verify-password.ts'

export const serverName = 'hallway.test'
export const alice: UserId = '@alice:hallway.test'
export const password = 'correct horse'

/** A limiter that lets `allowed` failures through for each key, and everything else. */
const createFakeLimiter = (allowed: number): LoginLimiter => {
  const failures = new Map<string, number>()
  const judge = (limitClass: string, key: string, count: number) => {
    if (limitClass !== 'rc_login.failed_attempts') return
    const failed = failures.get(key) ?? 0
    if (failed >= allowed) throw new MatrixError('M_LIMIT_EXCEEDED', 'Too many.')
    failures.set(key, failed + count)
  }
  return { hit: (limitClass, key) => judge(limitClass, key, 1), check: (limitClass, key) => judge(limitClass, key, 0) }
}

interface Options {
  readonly mode?: RegistrationMode
  readonly allowedFailures?: number
  readonly maxDevices?: number
  readonly cost?: HashCost
  readonly joinOrganisation?: (userId: UserId) => Promise<void>
  readonly leaveAllRooms?: (userId: UserId) => Promise<void>
  readonly propagateProfile?: (userId: UserId, profile: RoomProfile) => Promise<void>
}

/** The cheapest hashes that the library makes: tests do not store passwords of people. */
export const cheapHash = { memory: 8, passes: 1 }

const configFor = (mode: RegistrationMode): AccountConfig => ({
  server_name: serverName,
  enable_registration: mode !== 'closed',
  registration_requires_token: mode === 'token',
  registration_shared_secret: 'complement',
  password_config: {
    policy: { minimum_length: 8, require_digit: false, require_symbol: false, require_lowercase: false, require_uppercase: false },
  },
  refreshable_access_token_lifetime: 300_000,
  refresh_token_lifetime: 86_400_000,
})

/** What happened at the edges of the accounts: calls of what lies beside, and errors. */
const createEdges = () => {
  const calls: string[] = []
  const errors: unknown[] = []
  const propagated: RoomProfile[] = []
  return {
    calls,
    errors,
    propagated,
    joinOrganisation: async (userId: UserId) => {
      calls.push(`join ${userId}`)
    },
    leaveAllRooms: async (userId: UserId) => {
      calls.push(`leave ${userId}`)
    },
    eraseUserData: async (_tx: unknown, userId: UserId) => {
      calls.push(`erase ${userId}`)
    },
    propagateProfile: async (_userId: UserId, profile: RoomProfile) => {
      propagated.push(profile)
    },
    reportError: (error: unknown) => {
      errors.push(error)
    },
  }
}

/** All of the accounts' deeds on a database, as the server wires them, with a clock that the test moves. */
export const createWorld = (
  database: Database,
  { mode = 'open', allowedFailures = 1e9, cost = cheapHash, maxDevices, ...overrides }: Options = {},
) => {
  const clock = { time: 1_800_000_000_000 }
  const edges = { ...createEdges(), ...overrides }
  const stores = wireStores(database)
  const accounts = wireAccounts(stores, configFor(mode), {
    ...edges,
    limiter: createFakeLimiter(allowedFailures),
    now: () => clock.time,
    cost,
    ...(maxDevices !== undefined && { maxDevices }),
  })
  return { clock, edges, stores, ...accounts }
}

export type World = ReturnType<typeof createWorld>

/** A sign-up that needs nothing but the dummy stage. */
export const signUpWish = (username: string, extra: Partial<SignUp> = {}): SignUp => ({
  auth: { type: 'm.login.dummy' },
  username,
  password,
  deviceId: undefined,
  deviceName: undefined,
  inhibitLogin: false,
  refreshable: false,
  ...extra,
})

/** Registers in an open world and gives the session. */
export const signUp = async (world: World, username = 'alice', extra: Partial<SignUp> = {}) =>
  (await world.register.signUp(signUpWish(username, extra))).session!

/** Logs alice in. */
export const logIn = (world: Pick<World, 'login'>, extra: Partial<Parameters<Login>[0]> = {}) =>
  world.login({
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: 'alice' },
    password,
    deviceId: undefined,
    displayName: undefined,
    refreshable: false,
    ...extra,
  })

/** Who holds the access token, as the world's sessions tell. */
export const whoHas = async (world: World, accessToken: string) => (await world.sessions.find(hashSecret(accessToken)))?.userId

/** The MatrixError that something rejects with. */
export const errorOf = async (promise: Promise<unknown>): Promise<MatrixError> => {
  try {
    await promise
  } catch (error) {
    if (error instanceof MatrixError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** The errcode that something rejects with. */
export const errcodeOf = async (promise: Promise<unknown>): Promise<string> => (await errorOf(promise)).errcode

/** The session that a 401 opened for an attempt. */
export const openSession = async (auth: InteractiveAuth, attempt: Attempt): Promise<string> =>
  (await errorOf(auth.prove(attempt))).fields['session'] as string
