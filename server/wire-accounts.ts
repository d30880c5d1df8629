import type { UserId } from '../spec/identifiers.ts'
import { createAuthStages, createIsTokenGood } from './accounts/auth-stages.ts'
import { createCreateAccount } from './accounts/create-account.ts'
import { createDeactivate } from './accounts/deactivate.ts'
import { createEndSessions } from './accounts/end-sessions.ts'
import { createInteractiveAuth } from './accounts/interactive-auth.ts'
import { createLastSeen } from './accounts/last-seen.ts'
import { createLogin } from './accounts/login.ts'
import { createLogout } from './accounts/logout.ts'
import { createPasswordHash, type HashCost } from './accounts/password-hash.ts'
import { createCheckPassword } from './accounts/password-policy.ts'
import { createUserProfile, type RoomProfile } from './accounts/profile.ts'
import { createRefresh } from './accounts/refresh.ts'
import { createRegister } from './accounts/register.ts'
import { createRegistrationTokens } from './accounts/registration-tokens.ts'
import { createSessions } from './accounts/sessions.ts'
import { createSetPassword } from './accounts/set-password.ts'
import { createSharedSecretRegistration } from './accounts/shared-secret.ts'
import { createIssueTokens, createStartSession } from './accounts/start-session.ts'
import { createVerifyPassword, type LoginLimiter } from './accounts/verify-password.ts'
import type { Config } from './config.ts'
import type { Storage } from './wire-storage.ts'
import type { Transaction } from './storage/database.ts'

/** What of the configuration accounts depend on. */
export type AccountConfig = Pick<
  Config,
  | 'server_name'
  | 'enable_registration'
  | 'registration_requires_token'
  | 'registration_shared_secret'
  | 'password_config'
  | 'session_lifetime'
  | 'refreshable_access_token_lifetime'
  | 'refresh_token_lifetime'
>

interface Beside {
  joinOrganisation: (userId: UserId) => Promise<void>
  leaveAllRooms: (userId: UserId) => Promise<void>
  propagateProfile: (userId: UserId, profile: RoomProfile) => Promise<void>
  eraseUserData: (tx: Transaction, userId: UserId) => Promise<void>
  limiter: LoginLimiter
  reportError: (error: unknown) => void
  now: () => number
  /** The usual one unless given: tests make cheaper ones. */
  cost?: HashCost
  /** How many devices a user may have. */
  maxDevices?: number
}

/**
 * Memory of a password's hash, in KiB, and passes over it: what OWASP's Password Storage Cheat Sheet gives first for Argon2id with one lane.
 * More would let a few sign-ups at once take a small machine from those who talk.
 */
export const hashCost: HashCost = { memory: 47_104, passes: 1 }

/** How people sign up: not at all, by a token, or freely. */
const modeOf = ({ enable_registration: enabled, registration_requires_token: byToken }: AccountConfig) =>
  !enabled ? 'closed' : byToken ? 'token' : 'open'

const passwordRules = ({ policy }: AccountConfig['password_config']) =>
  createCheckPassword({
    minimumLength: policy.minimum_length,
    requireDigit: policy.require_digit,
    requireSymbol: policy.require_symbol,
    requireLowercase: policy.require_lowercase,
    requireUppercase: policy.require_uppercase,
  })

/** What opens sessions, knows them and ends them. */
function wireSessions({ database, devices, tokens }: Storage, config: AccountConfig, { now, maxDevices }: Beside) {
  const lifetimes = {
    refreshableAccess: config.refreshable_access_token_lifetime,
    lastingAccess: config.session_lifetime,
    refresh: config.refresh_token_lifetime,
  }
  const sessions = createSessions({ database, tokens, now })
  database.onAnnounce(sessions.forget)
  const endSessions = createEndSessions({ devices, tokens })
  const issueTokens = createIssueTokens({ tokens, lifetimes, now })
  const startSession = createStartSession({ devices, endSessions, issueTokens, now, ...(maxDevices !== undefined && { maxDevices }) })
  return { sessions, endSessions, issueTokens, startSession }
}

/** Everything about accounts and sessions. */
export function wireAccounts(storage: Storage, config: AccountConfig, beside: Beside) {
  const { database, accounts, devices, tokens, invitations, profiles } = storage
  const { limiter, now, cost = hashCost } = beside
  const serverName = config.server_name
  const mode = modeOf(config)
  const passwordHash = createPasswordHash({ cost })
  const checkPassword = passwordRules(config.password_config)
  const { sessions, endSessions, issueTokens, startSession } = wireSessions(storage, config, beside)
  const createAccount = createCreateAccount({ database, accounts, profiles, passwordHash, startSession, ...beside })
  const verifyPassword = createVerifyPassword({ serverName, database, accounts, passwordHash, limiter })
  const isTokenGood = createIsTokenGood({ tokens: invitations, now, ordinaryTokens: mode !== 'closed' })
  const interactiveAuth = createInteractiveAuth({ judges: createAuthStages({ verifyPassword, isTokenGood }), now })
  return {
    sessions,
    interactiveAuth,
    isTokenGood,
    verifyPassword,
    startSession,
    createAccount,
    devices,
    database,
    register: createRegister({ serverName, mode, accounts, tokens: invitations, interactiveAuth, checkPassword, createAccount, now }),
    login: createLogin({ serverName, database, accounts, verifyPassword, startSession, limiter }),
    logout: createLogout({ database, devices, endSessions }),
    refresh: createRefresh({ database, tokens, sessions, issueTokens, now }),
    setPassword: createSetPassword({ database, accounts, devices, endSessions, passwordHash, checkPassword, now }),
    deactivate: createDeactivate({ database, accounts, devices, profiles, endSessions, ...beside }),
    profile: createUserProfile({ serverName, database, accounts, profiles, ...beside }),
    sharedSecret: createSharedSecretRegistration({ serverName, secret: config.registration_shared_secret, createAccount, now }),
    registrationTokens: createRegistrationTokens({ database, tokens: invitations, interactiveAuth, now }),
    lastSeen: createLastSeen({ database, devices, now }),
  }
}

export type Accounts = ReturnType<typeof wireAccounts>
