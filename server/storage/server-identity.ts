import { randomBytes, randomInt } from 'node:crypto'
import { unpaddedBase64 } from '../protocol/encoding.ts'
import type { Database, Transaction } from './database.ts'

/** Who this server is: made at the first start, and the same ever after. */
export interface ServerIdentity {
  readonly serverName: string
  /** Tells this database from the one it was restored from: lower-case letters and digits. Sync tokens carry it. */
  readonly incarnation: string
  /** Such as `ed25519:a_x7Qz`. */
  readonly keyId: string
  /** The 32 bytes of the Ed25519 seed, in unpadded Base64. */
  readonly signingKeySeed: string
  /** Whether this is the first start on this database. */
  readonly fresh: boolean
}

interface Needs {
  readonly database: Database
  /** The name that the configuration gives. */
  readonly serverName: string
}

const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789'
const mixedCase = `${lowerCase}ABCDEFGHIJKLMNOPQRSTUVWXYZ`
const randomText = (length: number, characters: string): string =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join('')

const names = {
  serverName: 'server_name',
  incarnation: 'incarnation',
  keyId: 'signing_key_id',
  signingKeySeed: 'signing_key_seed',
} as const

/** SQL that sets a fact, `$1` being its key and `$2` its value. */
const setFact = 'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value'

/** Makes the database another one to whoever holds a sync token of it: what a restored backup needs. */
export const renewIncarnation = async (query: Transaction['query']): Promise<void> => {
  await query(setFact, [names.incarnation, randomText(8, lowerCase)])
}

const create = async (query: Transaction['query'], serverName: string): Promise<Omit<ServerIdentity, 'fresh'>> => {
  const identity = {
    serverName,
    incarnation: randomText(8, lowerCase),
    keyId: `ed25519:a_${randomText(4, mixedCase)}`,
    signingKeySeed: unpaddedBase64(randomBytes(32)),
  }
  for (const [field, key] of Object.entries(names)) await query(setFact, [key, identity[field as keyof typeof names]])
  return identity
}

/**
 * Reads who the server is, or decides it at the first start.
 * @throws Error when the database is of a server of another name, or lacks a part of its identity
 */
export const openServerIdentity = ({ database, serverName }: Needs): Promise<ServerIdentity> =>
  database.write(async ({ query }) => {
    const facts = new Map(
      (await query<{ key: string; value: string }>('SELECT key, value FROM meta')).map(({ key, value }) => [key, value]),
    )
    const stored = facts.get(names.serverName)
    if (stored === undefined) return { ...(await create(query, serverName)), fresh: true }
    if (stored !== serverName) {
      throw new Error(
        `The database is that of the server "${stored}", and a server's name cannot be changed, but server_name is "${serverName}": ` +
          `set server_name to "${stored}", or begin with an empty database.`,
      )
    }
    const fact = (key: string): string => {
      const value = facts.get(key)
      if (value === undefined) throw new Error(`The database has lost its ${key}: restore a backup.`)
      return value
    }
    return {
      serverName,
      incarnation: fact(names.incarnation),
      keyId: fact(names.keyId),
      signingKeySeed: fact(names.signingKeySeed),
      fresh: false,
    }
  })
