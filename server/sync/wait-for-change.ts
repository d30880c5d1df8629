import type { Reader } from './readers.ts'

/** A wait that was begun before positions were read, so that no wake-up is lost between the two. */
export interface Waiting {
  /** Resolves at the first change since the wait began, at the end of the time (milliseconds), or when the caller hangs up. */
  happened(timeout: number): Promise<void>
  cancel(): void
}

export function waitForChange(reader: Reader, signal: AbortSignal): Waiting {
  let changed = false
  let call: (() => void) | undefined
  const unsubscribe = reader.onChange(() => {
    changed = true
    call?.()
  })
  return {
    happened: (timeout) => new Promise((resolve) => {
      if (changed || signal.aborted || timeout <= 0) return resolve()
      const timer = setTimeout(done, timeout)
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        call = undefined
        resolve()
      }
      signal.addEventListener('abort', done, { once: true })
      call = done
    }),
    cancel: unsubscribe,
  }
}
