import type { Database } from './database.ts'

/** Single facts about this server that outlive it. */
export interface MetaStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

export const createMetaStore = (database: Database): MetaStore => ({
  get: async (key) => (await database.read<{ value: string }>('SELECT value FROM meta WHERE key = $1', [key]))[0]?.value,
  set: (key, value) =>
    database.write(async (tx) => {
      await tx.query('INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [key, value])
    }),
})
