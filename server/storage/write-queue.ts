/** Runs deeds one after the other, in the order they came; one that fails does not harm the next. */
export type WriteQueue = <T>(deed: () => Promise<T>) => Promise<T>

export function createWriteQueue(): WriteQueue {
  let last: Promise<unknown> = Promise.resolve()
  return (deed) => {
    const next = last.then(deed, deed)
    last = next.catch(() => {})
    return next
  }
}
