import type { Reader } from './readers.ts'

/** A wait that was begun before positions were read, so that no wake-up is lost between the two. */
export interface Waiting {
  /**
   * Resolves at the first change since the wait began, or at the end of the time: milliseconds, or `Infinity`.
   * @throws the signal's reason when the caller hangs up, or the server stops
   */
  happened(timeout: number): Promise<void>
  cancel(): void
}

/** What a timer can wait, in milliseconds. */
const longestTimer = 2 ** 31 - 1

export function waitForChange(reader: Reader, signal: AbortSignal): Waiting {
  let changed = false
  let call: (() => void) | undefined
  const unsubscribe = reader.onChange(() => {
    changed = true
    call?.()
  })
  return {
    happened: async (timeout) => {
      signal.throwIfAborted()
      if (changed || timeout <= 0) return
      await new Promise<void>((resolve) => {
        const timer = timeout === Infinity ? undefined : setTimeout(done, Math.min(timeout, longestTimer))
        function done(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          call = undefined
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
        call = done
      })
      signal.throwIfAborted()
    },
    cancel: unsubscribe,
  }
}
