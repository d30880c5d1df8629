import { createHmac, randomBytes } from 'node:crypto'
import { type Api, ApiError, textOf } from './api.ts'
import { inParallel } from './in-parallel.ts'
import { SENDERS } from './load.ts'
import type { Person } from './message.ts'

/** The people of one server, and the rooms they are put in. */
export interface People {
  /** The first `count` people, always the same ones; they register when first asked for. */
  take(count: number): Promise<Person[]>
  /** `count` people that nobody else uses, members of nothing but what the server put them in. */
  fresh(count: number): Promise<Person[]>
  /** A public room with `members` in it; the first made it and may do everything. Its ID. */
  makeRoom(name: string, members: readonly Person[]): Promise<string>
  join(person: Person, roomId: string): Promise<void>
}

interface Needs {
  readonly api: Api
  /** For servers that let people register by a shared secret alone. */
  readonly sharedSecret?: string
}

const PASSWORD = 'measure twice, cut once'

const registerOpenly = (api: Api, username: string) =>
  api.call('POST', '/_matrix/client/v3/register', { body: { username, password: PASSWORD, auth: { type: 'm.login.dummy' } } })

/** The admin API that Synapse began and others serve: a MAC over nonce, name, password and role, split by NUL. */
const registerBySecret = async (api: Api, username: string, secret: string) => {
  const path = '/_synapse/admin/v1/register'
  const nonce = textOf(await api.call('GET', path), 'nonce')
  const mac = createHmac('sha1', secret).update([nonce, username, PASSWORD, 'notadmin'].join('\0')).digest('hex')
  return api.call('POST', path, { body: { nonce, username, password: PASSWORD, admin: false, mac } })
}

/** Registers one new person a call: openly, or by the secret from the first refusal on. */
const createRegistration = ({ api, sharedSecret }: Needs): (() => Promise<Person>) => {
  const run = randomBytes(4).toString('hex')
  let named = 0
  let open = true
  return async () => {
    const username = `bench-${run}-${named++}`
    const bySecret = () => registerBySecret(api, username, sharedSecret ?? '')
    const reply = await (open ? registerOpenly(api, username) : bySecret()).catch((error: unknown) => {
      if (sharedSecret === undefined || !(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error
      open = false
      return bySecret()
    })
    return { userId: textOf(reply, 'user_id'), token: textOf(reply, 'access_token') }
  }
}

/** People for the server behind `api`. Names carry a random part, so a server may be measured twice. */
export const createPeople = (needs: Needs): People => {
  const { api } = needs
  const known: Person[] = []
  const register = createRegistration(needs)
  const fresh = (count: number): Promise<Person[]> => inParallel(Array.from({ length: count }), SENDERS, register)

  const join = async (person: Person, roomId: string): Promise<void> => {
    await api.call('POST', `/_matrix/client/v3/join/${encodeURIComponent(roomId)}`, { token: person.token, body: {} })
  }

  return {
    fresh,
    join,
    async take(count) {
      if (known.length < count) known.push(...(await fresh(count - known.length)))
      return known.slice(0, count)
    },
    async makeRoom(name, members) {
      const [owner, ...others] = members
      if (!owner) throw new Error('A room needs somebody to make it')
      const body = { name, preset: 'public_chat' }
      const roomId = textOf(await api.call('POST', '/_matrix/client/v3/createRoom', { token: owner.token, body }), 'room_id')
      await inParallel(others, SENDERS, (person) => join(person, roomId))
      return roomId
    },
  }
}
