import { type Address, type Connection, createConnection, formatRequest } from './connection.ts'

/** A JSON object of unknown shape. */
export type Json = Readonly<Record<string, unknown>>

/** Calls of the client API for everything that is prepared and not measured. */
export interface Api {
  /** The body of a 2xx reply. @throws ApiError on any other. */
  call(method: string, path: string, options?: { token?: string; body?: Json }): Promise<Json>
  close(): void
}

/** A reply that was no success. */
export class ApiError extends Error {
  readonly status: number
  readonly errcode: string
  constructor(call: string, status: number, body: Buffer) {
    super(`${call} was answered ${status}: ${body.toString().slice(0, 400)}`)
    this.status = status
    this.errcode = parseObject(body).errcode as string
  }
}

const parseObject = (body: Buffer): Json => {
  try {
    return JSON.parse(body.toString()) as Json
  } catch {
    return {}
  }
}

/** The string `key` of a reply. @throws when it is none: nothing can be measured then. */
export const textOf = (reply: Json, key: string): string => {
  const value = reply[key]
  if (typeof value !== 'string') throw new Error(`The server's reply has no "${key}": ${JSON.stringify(reply).slice(0, 300)}`)
  return value
}

/** An API on `address` with connections of its own, as many as calls run at a time. */
export const createApi = (address: Address): Api => {
  const idle: Connection[] = []
  const all = new Set<Connection>()
  return {
    async call(method, path, { token, body } = {}) {
      const connection = idle.pop() ?? createConnection(address)
      all.add(connection)
      const parts = { method, path, ...(token === undefined ? {} : { token }), ...(body ? { body: JSON.stringify(body) } : {}) }
      try {
        const reply = await connection.send(formatRequest(address, parts))
        if (reply.status >= 300) throw new ApiError(`${method} ${path}`, reply.status, reply.body)
        return parseObject(reply.body)
      } finally {
        idle.push(connection)
      }
    },
    close() {
      for (const connection of all) connection.close()
    },
  }
}
