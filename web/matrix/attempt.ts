import { redactEvent, sendMessage } from '../../spec/client/room-send.ts'
import type { Call } from './call.ts'
import { CallError, mayPass } from './call-error.ts'
import type { OutboxEntry } from './outbox.ts'
import type { Attempt } from './send-queue.ts'

const timeoutMs = 30_000

/** Sends an outbox entry once. A lost session counts as a failure that may pass: the entry waits for the next login. */
export const createAttempt =
  (call: Call) =>
  async (entry: OutboxEntry, signal: AbortSignal): Promise<Attempt> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const params = { roomId: entry.roomId, eventType: entry.type, eventId: entry.redacts ?? '', txnId: entry.id }
    try {
      const { event_id: eventId = '' } =
        entry.redacts === undefined
          ? await call(sendMessage, { params, body: { ...entry.content }, signal: bounded })
          : await call(redactEvent, { params, body: { ...entry.content }, signal: bounded })
      return { outcome: 'sent', eventId }
    } catch (error) {
      if (mayPass(error) || !(error instanceof CallError) || error.status === 401) {
        const afterMs = error instanceof CallError ? error.retryAfterMs : undefined
        return { outcome: 'later', ...(afterMs !== undefined && { afterMs }) }
      }
      return { outcome: 'refused', reason: error.message }
    }
  }
