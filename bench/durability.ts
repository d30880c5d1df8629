import { statfsSync } from 'node:fs'
import type { Json } from './api.ts'

/** File systems that live in memory, where a flush costs nothing: tmpfs and ramfs. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6])

/** What a PostgreSQL server must say of itself: a commit that was acknowledged survives a crash of the machine. */
export const POSTGRES_SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes'] as const

/** @throws when `directory` lies in memory: figures would leave out what durability costs. */
export const refuseMemoryDisk = (directory: string): void => {
  if (IN_MEMORY.has(statfsSync(directory).type))
    throw new Error(`${directory} lies in memory, where a flush costs nothing: name a folder on a disk with --work`)
}

/** @throws when one of `POSTGRES_SETTINGS` is not on; stronger values of `synchronous_commit` pass. */
export const refuseWeakPostgres = (settings: Readonly<Record<string, string>>): void => {
  for (const name of POSTGRES_SETTINGS) {
    const value = settings[name]
    const strong = value === 'on' || (name === 'synchronous_commit' && value === 'remote_apply')
    if (!strong) throw new Error(`PostgreSQL runs with ${name} = ${value ?? 'unknown'}: switch it on, weaker durability is not measured`)
  }
}

/**
 * Looks for `synchronous` in what a server says of itself, at any depth, as SQLite spells it by word or number.
 * @throws when it is weaker than FULL. A server that says nothing passes: it runs on its defaults, in a clean environment.
 */
export const refuseWeakSqlite = (health: Json): void => {
  for (const [key, value] of Object.entries(health)) {
    if (key === 'synchronous' && !/^(full|extra|2|3)$/i.test(String(value)))
      throw new Error(`The server's SQLite runs with synchronous = ${String(value)}: weaker durability than FULL is not measured`)
    if (typeof value === 'object' && value !== null) refuseWeakSqlite(value as Json)
  }
}
