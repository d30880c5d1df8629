/** Who got which message, and when. */
export interface Arrivals {
  /** Message `number` was sent at `at` (milliseconds, any clock that `arrived` shares). */
  sent(number: number, at: number): void
  arrived(receiver: number, number: number, at: number): void
  /** Every receiver has every message that was sent. */
  complete(): boolean
  tally(): Tally
}

/** The count over all messages and receivers. */
export interface Tally {
  readonly deliveries: number
  /** Pairs of a message and a receiver that it never reached. */
  readonly missed: number
  /** Arrivals beyond the first. */
  readonly doubled: number
  /** Of each message that reached somebody: milliseconds from sending it until its last receiver had it. */
  readonly untilLast: readonly number[]
  /** Milliseconds from sending to arrival, of each delivery. */
  readonly each: readonly number[]
}

/** A book of arrivals for `receivers` people. */
export const createArrivals = (receivers: number): Arrivals => {
  const messages = new Map<number, { sentAt: number; reached: Map<number, number> }>()
  let deliveries = 0
  let doubled = 0
  return {
    sent: (number, at) => void messages.set(number, { sentAt: at, reached: new Map() }),
    arrived(receiver, number, at) {
      const reached = messages.get(number)?.reached
      if (!reached) return
      if (reached.has(receiver)) doubled++
      else {
        reached.set(receiver, at)
        deliveries++
      }
    },
    complete: () => deliveries === messages.size * receivers,
    tally() {
      const untilLast: number[] = []
      const each: number[] = []
      for (const { sentAt, reached } of messages.values()) {
        const delays = [...reached.values()].map((at) => at - sentAt)
        if (delays.length > 0) untilLast.push(Math.max(...delays))
        each.push(...delays)
      }
      return { deliveries, missed: messages.size * receivers - deliveries, doubled, untilLast, each }
    },
  }
}
