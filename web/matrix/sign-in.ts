import { changePassword } from '../../spec/client/account.ts'
import { login, logout } from '../../spec/client/login.ts'
import { checkRegistrationToken, register } from '../../spec/client/registration.ts'
import { resetPassword } from '../../spec/extensions/password-reset.ts'
import { CallError } from './call-error.ts'
import { objectOf, textsOf } from './event.ts'
import type { SessionKeeper } from './session.ts'

/** The ways into and out of an account. Each rejects with the server's `CallError`. */
export interface SignIn {
  logIn(user: string, password: string): Promise<void>
  /** Makes an account with the token of an invitation link, or without one where registration is open. */
  signUp(username: string, password: string, token: string | undefined): Promise<void>
  isLinkValid(token: string): Promise<boolean>
  /** Sets a password by the link that an administrator gave. */
  reset(token: string, password: string): Promise<void>
  changePassword(present: string, next: string): Promise<void>
  /** Ends the session on the server if that can be reached, and here in any case. */
  logOut(): Promise<void>
}

interface Needs {
  readonly session: SessionKeeper
  readonly deviceName: () => string
}
interface Proof {
  readonly type?: string
  readonly session?: string
  readonly [key: string]: unknown
}

/**
 * The next stage of a flow that we can go through, by what a 401 tells. `proofs`: the stages that we can do, of which the first
 * is used where a flow has it.
 */
export const nextStage = (challenge: { readonly [key: string]: unknown }, proofs: readonly string[]): string | undefined => {
  const done = new Set(textsOf(challenge, 'completed'))
  const flows = Array.isArray(challenge['flows']) ? challenge['flows'] : []
  const open = flows
    .map((flow: unknown) => textsOf(objectOf({ flow }, 'flow'), 'stages'))
    .filter((stages) => stages.every((stage) => proofs.includes(stage) || done.has(stage)))
  const chosen = open.find((stages) => stages.some((stage) => stage === proofs[0])) ?? open[0]
  return chosen?.find((stage) => !done.has(stage))
}

/** Repeats a request through interactive authentication until it passes. client-server-api/#user-interactive-authentication-api */
const prove = async <T>(attempt: (auth: Proof | undefined) => Promise<T>, proofs: { readonly [stage: string]: object }): Promise<T> => {
  let auth: Proof | undefined
  for (;;) {
    try {
      return await attempt(auth)
    } catch (error) {
      const isChallenge = error instanceof CallError && error.status === 401 && Array.isArray(error.body['flows'])
      if (!isChallenge || error.errcode !== '') throw error
      const stage = nextStage(error.body, Object.keys(proofs))
      if (stage === undefined || auth?.type === stage) throw error
      const session = error.body['session']
      auth = { type: stage, ...proofs[stage], ...(typeof session === 'string' && { session }) }
    }
  }
}

/** Creates the ways in. */
export const createSignIn = ({ session, deviceName }: Needs): SignIn => {
  const { call } = session
  const device = () => ({ initial_device_display_name: deviceName(), refresh_token: true })
  const logIn = async (user: string, password: string) => {
    const identifier = { type: 'm.id.user', user }
    session.begin(await call(login, { anonymous: true, body: { type: 'm.login.password', identifier, password, ...device() } }))
  }
  return {
    logIn,
    signUp: async (username, password, token) => {
      const proofs = { ...(token !== undefined && { 'm.login.registration_token': { token } }), 'm.login.dummy': {} }
      const granted = await prove(
        (auth) => call(register, { anonymous: true, body: { username, password, ...device(), ...(auth && { auth }) } }),
        proofs,
      )
      if (granted.access_token === undefined) await logIn(username, password)
      else session.begin(granted)
    },
    isLinkValid: async (token) => (await call(checkRegistrationToken, { anonymous: true, query: { token } })).valid,
    reset: async (token, password) => {
      await call(resetPassword, { anonymous: true, body: { token, new_password: password } })
    },
    changePassword: async (present, next) => {
      const user = session.current.value?.userId ?? ''
      const proofs = { 'm.login.password': { identifier: { type: 'm.id.user', user }, password: present } }
      await prove((auth) => call(changePassword, { body: { new_password: next, logout_devices: true, ...(auth && { auth }) } }), proofs)
    },
    logOut: async () => {
      await call(logout).catch(() => undefined)
      session.end()
    },
  }
}
