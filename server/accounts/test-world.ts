import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { createAccountStore } from '../storage/accounts.ts'
import type { Database } from '../storage/database.ts'
import { createDeviceStore } from '../storage/devices.ts'
import { createProfileStore } from '../storage/profiles.ts'
import { createRegistrationTokenStore } from '../storage/registration-tokens.ts'
import { createTokenStore } from '../storage/tokens.ts'
import { createAuthStages, createIsTokenGood } from './auth-stages.ts'
import { createCreateAccount } from './create-account.ts'
import { createDeactivate } from './deactivate.ts'
import { createEndSessions } from './end-sessions.ts'
import { createInteractiveAuth, type Attempt, type InteractiveAuth } from './interactive-auth.ts'
import { createLastSeen } from './last-seen.ts'
import { createLogin, type Login } from './login.ts'
import { createLogout } from './logout.ts'
import { createPasswordHash } from './password-hash.ts'
import { createCheckPassword } from './password-policy.ts'
import { createUserProfile, type RoomProfile } from './profile.ts'
import { createRefresh } from './refresh.ts'
import { createRegister, type RegistrationMode, type SignUp } from './register.ts'
import { createRegistrationTokens } from './registration-tokens.ts'
import { hashSecret } from './secret-token.ts'
import { createSessions } from './sessions.ts'
import { createSetPassword } from './set-password.ts'
import { createSharedSecretRegistration } from './shared-secret.ts'
import { createIssueTokens, createStartSession } from './start-session.ts'
import { createVerifyPassword, type LoginLimiter } from './verify-password.ts'

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
  readonly cost?: { readonly memory: number; readonly passes: number }
  readonly joinOrganisation?: (userId: UserId) => Promise<void>
  readonly leaveAllRooms?: (userId: UserId) => Promise<void>
  readonly propagateProfile?: (userId: UserId, profile: RoomProfile) => Promise<void>
}

/** The cheapest hashes that the library makes: tests do not store passwords of people. */
export const cheapHash = { memory: 8, passes: 1 }

const createStores = (database: Database) => ({
  accounts: createAccountStore(database),
  devices: createDeviceStore(database),
  tokens: createTokenStore(database),
  invitations: createRegistrationTokenStore(database),
  profiles: createProfileStore(database),
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

/** All of the accounts' deeds on a database, with a clock that the test moves. */
export const createWorld = (
  database: Database,
  { mode = 'open', allowedFailures = 1e9, maxDevices = 500, cost = cheapHash, ...overrides }: Options = {},
) => {
  const clock = { time: 1_800_000_000_000 }
  const now = () => clock.time
  const edges = { ...createEdges(), ...overrides }
  const stores = createStores(database)
  const { accounts, devices, tokens, invitations, profiles } = stores
  const limiter = createFakeLimiter(allowedFailures)
  const passwordHash = createPasswordHash({ cost })
  const checkPassword = createCheckPassword({ minimumLength: 8 })
  const sessions = createSessions({ database, tokens, now })
  database.onAnnounce(sessions.forget)
  const endSessions = createEndSessions({ devices, tokens })
  const lifetimes = { refreshableAccess: 300_000, lastingAccess: undefined, refresh: 86_400_000 }
  const issueTokens = createIssueTokens({ tokens, lifetimes, now })
  const startSession = createStartSession({ devices, endSessions, issueTokens, now, maxDevices })
  const createAccount = createCreateAccount({ database, accounts, profiles, passwordHash, startSession, now, ...edges })
  const verifyPassword = createVerifyPassword({ serverName, database, accounts, passwordHash, limiter })
  const isTokenGood = createIsTokenGood({ tokens: invitations, now, ordinaryTokens: mode !== 'closed' })
  const interactiveAuth = createInteractiveAuth({ judges: createAuthStages({ verifyPassword, isTokenGood }), now })
  return {
    clock,
    edges,
    stores,
    sessions,
    interactiveAuth,
    verifyPassword,
    startSession,
    isTokenGood,
    createAccount,
    register: createRegister({ serverName, mode, accounts, tokens: invitations, interactiveAuth, checkPassword, createAccount, now }),
    login: createLogin({ serverName, database, accounts, verifyPassword, startSession, limiter }),
    logout: createLogout({ database, devices, endSessions }),
    refresh: createRefresh({ database, tokens, sessions, issueTokens, now }),
    setPassword: createSetPassword({ database, accounts, devices, endSessions, passwordHash, checkPassword, now }),
    deactivate: createDeactivate({ database, accounts, devices, profiles, endSessions, now, ...edges }),
    profile: createUserProfile({ serverName, database, accounts, profiles, ...edges }),
    sharedSecret: createSharedSecretRegistration({ serverName, secret: 'complement', createAccount, now }),
    registrationTokens: createRegistrationTokens({ database, tokens: invitations, interactiveAuth, now }),
    lastSeen: createLastSeen({ database, devices, now }),
  }
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
