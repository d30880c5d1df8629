import { type IDBPDatabase, openDB } from 'idb'
import { createMemoryOutbox, type OutboxEntry, type OutboxStore } from './outbox.ts'

/** Texts that are not sent yet, by room. */
export interface DraftStore {
  get(key: string): Promise<string | undefined>
  /** An empty text forgets the draft. */
  put(key: string, text: string): Promise<void>
  clear(): Promise<void>
}

/** What the browser keeps for one account. */
export interface Kept {
  readonly outbox: OutboxStore
  readonly drafts: DraftStore
}

const createMemoryDrafts = (): DraftStore => {
  const texts = new Map<string, string>()
  return {
    get: async (key) => texts.get(key),
    put: async (key, text) => void (text === '' ? texts.delete(key) : texts.set(key, text)),
    clear: async () => texts.clear(),
  }
}

const open = (userId: string): Promise<IDBPDatabase> =>
  openDB(`hallway ${userId}`, 1, {
    upgrade: (database) => {
      database.createObjectStore('outbox', { keyPath: 'id' })
      database.createObjectStore('drafts')
    },
  })

/** Opens the account's store in IndexedDB; where the browser keeps nothing, one that lives as long as the page. */
export const openKept = async (userId: string): Promise<Kept> => {
  try {
    const database = await open(userId)
    return {
      outbox: {
        all: () => database.getAll('outbox') as Promise<OutboxEntry[]>,
        put: async (entry) => void (await database.put('outbox', entry)),
        remove: (id) => database.delete('outbox', id),
        clear: () => database.clear('outbox'),
      },
      drafts: {
        get: (key) => database.get('drafts', key) as Promise<string | undefined>,
        put: async (key, text) => void (await (text === '' ? database.delete('drafts', key) : database.put('drafts', text, key))),
        clear: () => database.clear('drafts'),
      },
    }
  } catch {
    return { outbox: createMemoryOutbox(), drafts: createMemoryDrafts() }
  }
}
