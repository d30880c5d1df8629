import { login } from '../spec/client/login.ts'
import type { Endpoint, ResponseOf } from '../spec/endpoint.ts'
import { interactiveChallenge } from '../spec/interactive-auth.ts'
import type { Stage } from './check.ts'
import type { Input } from './client.ts'
import { breach } from './contract.ts'
import { equal, holds, shown } from './expect.ts'
import type { Person } from './people.ts'

interface Challenge {
  readonly session?: string
  readonly flows: readonly { readonly stages: readonly string[] }[]
  readonly errcode?: string
}

/** The 401 that asks who is there. @throws Unmet when the call is answered otherwise. */
export const challenged = async <E extends Endpoint>(person: Person, endpoint: E, input: Input<E>): Promise<Challenge> => {
  const { status, body } = await person.call(endpoint, input)
  equal(status, 401, `The status of ${endpoint.path} without a proof of who calls`)
  const wrong = breach(interactiveChallenge, body)
  holds(wrong === undefined, `a challenge with flows, but ${wrong}: ${shown(body)}`)
  return body as Challenge
}

/** The `auth` of a person's password. */
export const passwordAuth = ({ userId, password }: { readonly userId: string; readonly password: string }, session?: string) => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user: userId },
  password,
  ...(session === undefined ? {} : { session }),
})

/** The login by a person's password; `more` changes the body. */
export const byPassword = (person: { readonly userId: string; readonly password: string }, more: object = {}) => ({
  body: { ...passwordAuth(person), ...more },
})

/** The same person once more, logged in on a new device. */
export const anotherDevice = async (person: Person, { nobody }: Pick<Stage, 'nobody'>): Promise<Person> =>
  person.onDevice(await nobody.ok(login, byPassword(person)))

/** Calls, is challenged, and calls again with the person's password. */
export const proven = async <E extends Endpoint>(person: Person, endpoint: E, input: Input<E>): Promise<ResponseOf<E>> => {
  const { session } = await challenged(person, endpoint, input)
  return person.ok(endpoint, { ...input, body: { ...(input as { body?: object }).body, auth: passwordAuth(person, session) } })
}
