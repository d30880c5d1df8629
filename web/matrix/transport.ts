import { slidingSync } from '../../spec/client/sliding-sync.ts'
import type { Call } from './call.ts'
import type { SyncAnswer } from './rooms.ts'
import type { SyncBody } from './sync-request.ts'

/** One way of waiting for the next answer of a sliding sync. */
export interface Transport {
  readonly name: 'socket' | 'long-poll' | 'short-poll'
  /**
   * The answer after `pos` (`undefined`: from the start). Aborting gives the wait up; the next call may bring another body.
   * @throws CallError M_UNKNOWN_POS when the server has forgotten `pos`
   */
  next(body: SyncBody, pos: string | undefined, signal: AbortSignal): Promise<SyncAnswer>
  /** Gives a connection up that may be dead without knowing it; the next wait opens another. */
  doubt(): void
  close(): void
}

const longWaitMs = 30_000
const slackMs = 15_000
const shortPauseMs = 4_000

/** Waits in the request itself: the server answers when there is something, or after half a minute. */
export const createLongPoll = (call: Call): Transport => ({
  name: 'long-poll',
  next: async (body, pos, signal) => {
    const timeout = pos === undefined ? 0 : longWaitMs
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeout + slackMs)])
    return (await call(slidingSync, { query: { timeout, ...(pos && { pos }) }, body, signal: bounded })) as SyncAnswer
  },
  doubt: () => {},
  close: () => {},
})

/** Asks every few seconds: for networks that let no request wait. */
export const createShortPoll = (call: Call, pause: (ms: number, signal: AbortSignal) => Promise<void>): Transport => {
  let lastBody: SyncBody | undefined
  return {
    name: 'short-poll',
    next: async (body, pos, signal) => {
      if (pos !== undefined && body === lastBody) await pause(shortPauseMs, signal)
      lastBody = body
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(slackMs)])
      return (await call(slidingSync, { query: { timeout: 0, ...(pos && { pos }) }, body, signal: bounded })) as SyncAnswer
    },
    doubt: () => {},
    close: () => {},
  }
}
