import { Worker } from 'node:worker_threads'
import type { Location } from '../../storage/connection.ts'
import type { Conflict, SettleConflict, Settled } from './settle-conflict.ts'

/** Settles conflicts in a thread beside this one, so that everybody else is answered meanwhile. The thread is begun at the first. */
export interface SettleApart {
  settle: SettleConflict
  stop(): Promise<void>
}

interface Waiting {
  resolve: (settled: Settled) => void
  reject: (error: Error) => void
}

type Answer = { readonly id: number } & ({ readonly settled: Settled } | { readonly error: string })

export function createSettleApart({ location }: { location: Location }): SettleApart {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0

  const fail = (error: Error): void => {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  const begin = (): Worker => {
    const begun = new Worker(new URL('./settle-worker.ts', import.meta.url), { workerData: location })
    // It must not keep a process alive that has nothing else to do.
    begun.unref()
    begun.on('message', (answer: Answer) => {
      const one = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('error' in answer) one?.reject(new Error(answer.error))
      else one?.resolve(answer.settled)
    })
    begun.on('error', fail)
    begun.on('exit', () => fail(new Error('The thread that settles conflicts has ended.')))
    return begun
  }

  return {
    settle: (conflict: Conflict) =>
      new Promise((resolve, reject) => {
        worker ??= begin()
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        worker.postMessage({ id, conflict })
      }),
    stop: async () => {
      await worker?.terminate()
    },
  }
}
