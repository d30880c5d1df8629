import { randomBytes } from 'node:crypto'
import { whoAmI } from '../spec/client/account.ts'
import { register } from '../spec/client/registration.ts'
import type { UserId } from '../spec/identifiers.ts'
import type { Caller, Client } from './client.ts'
import { type Deeds, createDeeds } from './deeds.ts'
import { NotApplicable, Unmet, shown } from './expect.ts'
import { signedBySecret } from './shared-secret.ts'

/** A user of the server under test, on one device. */
export interface Person extends Caller, Deeds {
  /** The name in the check, such as `alice`. */
  readonly name: string
  readonly userId: UserId
  readonly localpart: string
  readonly deviceId: string
  readonly password: string
  readonly token: string
  /** The same user with another session. */
  readonly onDevice: (session: { access_token?: string | undefined; device_id?: string | undefined }) => Person
}

/** How the suite comes by users. */
export type Admission =
  | { readonly by: 'registration' }
  | { readonly by: 'shared-secret'; readonly secret: string }
  /** Ready-made accounts, shared by all checks: their access tokens. */
  | { readonly by: 'tokens'; readonly tokens: readonly string[] }

interface Needs {
  readonly client: Client
  readonly admission: Admission
  readonly roomVersion: string | undefined
  readonly patience: number
  readonly unique: (prefix: string) => string
}

interface Session {
  user_id: string
  access_token?: string | undefined
  device_id?: string | undefined
}

/** Gives people of the names asked for; at every call new ones, unless all there are is given tokens. */
export type People = <const Names extends readonly string[]>(...names: Names) => Promise<{ [K in keyof Names]: Person }>

export const createPeople = ({ client, admission, roomVersion, patience, unique }: Needs): People => {
  let taken = 0
  const personOf = (name: string, password: string, session: Session): Person => {
    const token = session.access_token
    if (token === undefined || session.device_id === undefined)
      throw new Unmet(`Expected a session at registration, got ${shown(session)}.`)
    const userId = session.user_id as UserId
    const caller = client.as(token)
    return {
      ...caller,
      ...createDeeds({ caller, roomVersion, patience, unique }),
      name,
      userId,
      password,
      token,
      localpart: userId.slice(1, userId.indexOf(':')),
      deviceId: session.device_id,
      onDevice: (other) => personOf(name, password, { user_id: userId, ...other }),
    }
  }
  const admit = async (name: string): Promise<Person> => {
    const password = `secret ${randomBytes(9).toString('base64url')}`
    if (admission.by === 'tokens') {
      const token = admission.tokens[taken++]
      if (token === undefined) throw new NotApplicable('it needs more users than the tokens given')
      const session = await client.as(token).ok(whoAmI, {})
      return personOf(name, password, { user_id: session.user_id, device_id: session.device_id ?? 'unknown', access_token: token })
    }
    const username = unique(name)
    const session =
      admission.by === 'registration'
        ? await registerOpenly(client, username, password)
        : await registerBySecret(client, admission.secret, username, password)
    return personOf(name, password, session)
  }
  return async (...names) => (await Promise.all(names.map(admit))) as { [K in keyof typeof names]: Person }
}

/** Registers by `m.login.dummy`, in one request where the server allows. */
export const registerOpenly = async (client: Client, username: string, password: string): Promise<Session> => {
  const nobody = client.as(undefined)
  const body = { username, password, auth: { type: 'm.login.dummy' } }
  const first = await nobody.call(register, { body })
  if (first.status !== 401) {
    if (first.status !== 200) throw new Unmet(`Registration of ${username}: expected 200, got ${first.status} ${shown(first.body)}.`)
    return first.body as Session
  }
  const { session } = first.body as { session?: string }
  return nobody.ok(register, { body: { ...body, auth: { type: 'm.login.dummy', session } } })
}

const registerBySecret = async (client: Client, secret: string, username: string, password: string): Promise<Session> => {
  const path = '/_synapse/admin/v1/register'
  const { body } = await client.send({ method: 'GET', path })
  const { nonce } = body as { nonce: string }
  const answer = await client.send({
    method: 'POST',
    path,
    body: JSON.stringify(signedBySecret(secret, { nonce, username, password, admin: false })),
  })
  if (answer.status !== 200) throw new Unmet(`Shared-secret registration: expected 200, got ${answer.status} ${shown(answer.body)}.`)
  return answer.body as Session
}
