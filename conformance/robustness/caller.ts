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
