import type { Address } from '../connection.ts'
import type { Person } from '../message.ts'

/** People who wait for messages in one room. */
export interface Receivers {
  /** Something is wrong with one of them: what, else `undefined`. */
  failure(): Error | undefined
  /** When an answer last reached any of them, on the clock of `performance.now()`. */
  lastAnswerAt(): number
  close(): void
}

/** Opens one connection for each of `people` and begins to wait. */
export type OpenReceivers = (needs: {
  readonly address: Address
  readonly people: readonly Person[]
  readonly roomId: string
  /** The text of a message in the room reached a receiver, at `at`. */
  onMessage(receiver: number, text: string, at: number): void
}) => Promise<Receivers>

interface ClientEvent {
  readonly type?: unknown
  readonly content?: { readonly body?: unknown }
}

/** The texts of the messages among `timeline`. */
export const textsIn = (timeline: readonly ClientEvent[] | undefined): string[] =>
  (timeline ?? []).flatMap(({ type, content }) => (type === 'm.room.message' && typeof content?.body === 'string' ? [content.body] : []))
