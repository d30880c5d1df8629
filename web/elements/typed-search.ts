interface Needs<T> {
  /** May reject: `fail` is told. */
  readonly find: (term: string) => Promise<readonly T[]>
  /** Gets what was found for the term typed last, never for an earlier one. */
  readonly show: (found: readonly T[]) => void
  readonly fail: (error: unknown) => void
  /** How long typing must rest before anybody is asked. Milliseconds. */
  readonly pauseMs: number
}

/** A search that follows what is being typed. */
export interface TypedSearch {
  ask(term: string): void
  /** Ends once the answer to the term typed last has been shown: what is chosen blind is then what was typed. */
  settled(): Promise<void>
  /** Forgets the term: its answer is not shown. */
  cancel(): void
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Creates a search. */
export const createTypedSearch = <T>({ find, show, fail, pauseMs }: Needs<T>): TypedSearch => {
  let asked = 0
  let latest = Promise.resolve()

  const answer = async (term: string, mine: number) => {
    if (pauseMs > 0) await pause(pauseMs)
    if (mine !== asked) return
    const done = await find(term).then(
      (found) => () => show(found),
      (error: unknown) => () => fail(error),
    )
    if (mine === asked) done()
  }

  return {
    ask: (term) => {
      asked += 1
      latest = answer(term, asked)
    },
    settled: async () => {
      let seen: Promise<void>
      do {
        seen = latest
        await seen
      } while (seen !== latest)
    },
    cancel: () => {
      asked += 1
    },
  }
}
