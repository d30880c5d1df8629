import { type Address, createConnection } from './connection.ts'

/** A stretch of steady load: `connections` senders, each with one request at a time, the next one at once. */
export interface LoadPlan {
  readonly address: Address
  readonly connections: number
  /** Milliseconds during which new requests start. Give this or `requests`. */
  readonly forMs?: number
  /** The total of requests to make. */
  readonly requests?: number
  /** The bytes of the next request of connection `index`; `turn` counts that connection's requests from 0. */
  next(index: number, turn: number): string
  /** Sees each reply's body; leave it out where nothing in it matters. */
  onReply?(index: number, body: Buffer): void
}

/** What came of it. Times are milliseconds. */
export interface LoadResult {
  readonly requests: number
  /** From the first request to the last reply. */
  readonly elapsedMs: number
  readonly latencies: number[]
}

/** The number of connections of every measure and of the yardstick. */
export const SENDERS = 16

/**
 * Puts a server under load. @throws when a reply is not 200: a figure made of refusals would mislead.
 */
export const runLoad = async (plan: LoadPlan): Promise<LoadResult> => {
  const latencies: number[] = []
  const start = performance.now()
  const until = plan.forMs === undefined ? Number.POSITIVE_INFINITY : start + plan.forMs
  let left = plan.requests ?? Number.POSITIVE_INFINITY
  let failed = false

  const sender = async (index: number): Promise<void> => {
    const connection = createConnection(plan.address)
    try {
      for (let turn = 0; !failed && left > 0 && performance.now() < until; turn++) {
        left--
        const request = plan.next(index, turn)
        const sentAt = performance.now()
        const { status, body, arrivedAt } = await connection.send(request)
        if (status !== 200) throw new Error(`A request under load was answered ${status}: ${body.toString().slice(0, 300)}`)
        latencies.push(arrivedAt - sentAt)
        plan.onReply?.(index, body)
      }
    } catch (error) {
      failed = true
      throw error
    } finally {
      connection.close()
    }
  }

  await Promise.all(Array.from({ length: plan.connections }, (_, index) => sender(index)))
  return { requests: latencies.length, elapsedMs: performance.now() - start, latencies }
}
