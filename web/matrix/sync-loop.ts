import { CallError } from './call-error.ts'
import { effect, type ReadonlySignal, signal, untracked } from './changes.ts'
import type { SyncAnswer } from './rooms.ts'
import { firstWindow, growWindow, type SyncBody, syncBody } from './sync-request.ts'
import type { Transport } from './transport.ts'

/** `starting`: nothing came yet; `live`: up to date; `away`: the server cannot be reached. */
export type Connection = 'starting' | 'live' | 'away'

/** Keeps the rooms up to date for as long as it runs. */
export interface SyncLoop {
  readonly connection: ReadonlySignal<Connection>
  /** The page is looked at again or the network is back: tries at once, by a fresh connection if the present one may be dead. */
  wake(): void
  stop(): void
}

interface Needs {
  /** From the best to the humblest; each must serve where the one before does not work. */
  readonly transports: readonly Transport[]
  readonly apply: (answer: SyncAnswer) => void
  readonly openRoom: ReadonlySignal<string | undefined>
  /** Tells this page from other tabs of the same device. */
  readonly connectionId: string
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds, by any clock that never goes back. */
  readonly now: () => number
  readonly onConnected: () => void
}

const failuresUntilNext = 2
const firstPauseMs = 500
const mostDoublings = 4
const firstClimbMs = 60_000

/** Starts syncing. Resumes by `pos` after every interruption; a forgotten `pos` begins anew. */
export const startSyncLoop = ({ transports, apply, openRoom, connectionId, pause, now, onConnected }: Needs): SyncLoop => {
  const connection = signal<Connection>('starting')
  const ended = new AbortController()
  let pos: string | undefined
  let window = firstWindow
  let body: SyncBody = syncBody(connectionId, window, openRoom.value)
  let interrupt = new AbortController()
  let woken = new AbortController()
  let rung = 0
  let failures = 0
  let climbAt = 0
  let climbMs = firstClimbMs

  const rebuild = () => {
    body = syncBody(connectionId, window, openRoom.value)
    interrupt.abort()
    interrupt = new AbortController()
  }

  const dispose = effect(() => {
    void openRoom.value
    untracked(rebuild)
  })

  const took = (answer: SyncAnswer) => {
    apply(answer)
    pos = answer.pos
    failures = 0
    if (connection.value !== 'live') {
      connection.value = 'live'
      onConnected()
    }
    const grown = growWindow(window, answer.lists?.['rooms']?.count ?? 0)
    if (grown !== window) {
      window = grown
      rebuild()
    }
  }

  const failed = async (error: unknown) => {
    if (error instanceof CallError && error.errcode === 'M_UNKNOWN_POS') {
      pos = undefined
      return
    }
    failures += 1
    // A transport that keeps failing gives way to the next; after the last, the first has another chance.
    if (failures % failuresUntilNext === 0) {
      transports[rung]?.close()
      rung = (rung + 1) % transports.length
      climbAt = now() + climbMs
      climbMs = rung === 0 ? firstClimbMs : climbMs * 2
    }
    if (failures > 1 && connection.value !== 'starting') connection.value = 'away'
    const backoff = firstPauseMs * 2 ** Math.min(failures, mostDoublings) * (0.75 + Math.random() / 2)
    const asked = error instanceof CallError ? error.retryAfterMs : undefined
    await pause(asked ?? backoff, AbortSignal.any([ended.signal, woken.signal]))
  }

  const run = async () => {
    while (!ended.signal.aborted) {
      // From time to time a humbler transport gives the best one another chance.
      if (rung > 0 && failures === 0 && now() > climbAt) rung = 0
      const transport = transports[rung]
      if (!transport) return
      const interrupted = interrupt.signal
      try {
        took(await transport.next(body, pos, AbortSignal.any([ended.signal, interrupted])))
      } catch (error) {
        if (interrupted.aborted || ended.signal.aborted) continue
        await failed(error)
      }
    }
  }
  void run()

  return {
    connection,
    wake: () => {
      woken.abort()
      woken = new AbortController()
      transports[rung]?.doubt()
    },
    stop: () => {
      dispose()
      ended.abort()
      for (const transport of transports) transport.close()
    },
  }
}
