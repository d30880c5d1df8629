import type { Content } from './event.ts'

/** Something that a person said or did in a room and that the server has not shown back to us yet. */
export interface OutboxEntry {
  /** The transaction ID: the same on every attempt, so that the server does it once. */
  readonly id: string
  /** Rises with every entry; the order within a room. */
  readonly order: number
  readonly roomId: string
  /** The event's type; `m.room.redaction` stands for a call of the redaction endpoint. */
  readonly type: string
  readonly content: Content
  /** The event to redact. */
  readonly redacts?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** `waiting`: to be sent; `sent`: acknowledged, not yet seen in a sync; `failed`: refused for good. */
  readonly state: 'waiting' | 'sent' | 'failed'
  readonly eventId?: string
  /** Why it was refused, in a sentence of the server. */
  readonly reason?: string
}

/** Where the outbox outlives the page. */
export interface OutboxStore {
  all(): Promise<OutboxEntry[]>
  put(entry: OutboxEntry): Promise<void>
  remove(id: string): Promise<void>
  clear(): Promise<void>
}

/** An outbox that lives as long as the page: for browsers that keep nothing, and for tests. */
export const createMemoryOutbox = (): OutboxStore => {
  const entries = new Map<string, OutboxEntry>()
  return {
    all: async () => [...entries.values()],
    put: async (entry) => void entries.set(entry.id, entry),
    remove: async (id) => void entries.delete(id),
    clear: async () => entries.clear(),
  }
}
