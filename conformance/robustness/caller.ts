import { randomBytes } from 'node:crypto'

/** What a server answered. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: these tests read answers of every endpoint, whose types the conformance suite checks.
  readonly body: any
}

/** Calls one server as one user, or as nobody. */
export interface Caller {
  readonly userId: string
  readonly token: string | undefined
  /** Whatever was answered. @throws when there is no answer */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** The body of a 200. @throws for another answer */
  readonly ok: (method: string, path: string, body?: unknown) => Promise<Answer['body']>
}

export const createCaller = (baseUrl: string, userId = '', token?: string): Caller => {
  const call: Caller['call'] = async (method, path, body) => {
    const response = await fetch(`${baseUrl}/_matrix/client/${path}`, {
      method,
      headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    try {
      return { status: response.status, body: JSON.parse(text) }
    } catch {
      throw new Error(`${method} ${path} answered ${response.status} with no JSON: ${text.slice(0, 200)}`)
    }
  }
  return {
    userId,
    token,
    call,
    ok: async (method, path, body) => {
      const answer = await call(method, path, body)
      if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

/** A new user. */
export const signUp = async (baseUrl: string, username = `u${randomBytes(5).toString('hex')}`): Promise<Caller> => {
  const auth = { type: 'm.login.dummy' }
  const { user_id: userId, access_token: token } = await createCaller(baseUrl).ok('POST', 'v3/register', {
    username,
    password: 'long enough 1',
    auth,
  })
  return createCaller(baseUrl, userId, token)
}

/** A number generator that a seed makes repeatable: from 0 up to, but not, 1. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    // A mix of Weyl's sequence and xor-shifts, well enough spread for choosing deeds.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A seed: the one in HALLWAY_TEST_SEED, to repeat a run, or a new one. */
export const chooseSeed = (): number => Number(process.env['HALLWAY_TEST_SEED'] ?? randomBytes(4).readUInt32LE())
