import { redactedButRuled } from '../protocol/redaction.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import type { RedactedText, RedactedTextStore } from '../storage/redacted-texts.ts'

/**
 * Erases the texts of redacted events from the disk once they have been kept for long enough. Until then nobody is served them;
 * they wait for moderators and for those who restore a backup.
 */
export interface RedactionRetention {
  /** Erases what is due now; gives the number of events. */
  eraseDue(): Promise<number>
  /** Begins to do so now and then. */
  start(): void
  /** Resolves when a round that runs has ended. */
  stop(): Promise<void>
}

interface Needs {
  readonly redactedTexts: RedactedTextStore
  /** How long a text stays after its redaction, in milliseconds. */
  readonly period: number
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Told of a round that failed; the next one tries again. */
  readonly onError: (error: unknown) => void
}

/** Events in one transaction. */
const batchSize = 100
const hour = 60 * 60_000

/** What redaction leaves of a text, and what the rules go on to see of it; what no version of ours can read stays as it is. */
const shorten = ({ nid, version, body }: RedactedText) => {
  const rules = roomVersion(version)
  const left = rules === undefined ? body : redactedButRuled(rules, body)
  return { nid, body: left, bytes: Buffer.byteLength(body) }
}

export const createRedactionRetention = ({ redactedTexts, period, now, onError }: Needs): RedactionRetention => {
  const interval = Math.min(hour, Math.max(period / 4, 10_000))
  let timer: NodeJS.Timeout | undefined
  let round: Promise<unknown> = Promise.resolve()
  let stopped = false
  // The log of an earlier run may hold what was erased then.
  let logIsClear = false

  const eraseDue = async (): Promise<number> => {
    let count = 0
    while (!stopped) {
      const texts = await redactedTexts.before(now() - period, batchSize)
      if (texts.length === 0) break
      logIsClear = false
      await redactedTexts.erase(texts.map(shorten))
      count += texts.length
    }
    if (!logIsClear && !stopped) logIsClear = await redactedTexts.clearLog()
    return count
  }

  const next = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      round = eraseDue().catch(onError).then(next)
    }, interval)
    timer.unref()
  }

  return {
    eraseDue,
    start: next,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await round
    },
  }
}
