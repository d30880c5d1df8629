/**
 * Keeps a scrolling list still while things are put before, between and behind: either it follows its end, or the element at
 * its top edge stays where it is, whatever grows or shrinks.
 */
export interface ScrollKeeper {
  /** Whether the list stands at its end and stays there. */
  isFollowing(): boolean
  /** The reader has scrolled: takes the place as the one to keep. */
  note(): void
  /** Puts the list back to its place. To be called after every change of the layout. */
  restore(): void
  follow(): void
  /** Keeps the element with the key at `offset` pixels below the top edge. */
  holdAt(key: string, offset: number): void
}

interface Needs {
  readonly scroller: HTMLElement
  /** The list's children; each carries its key in `data-key`. */
  readonly children: () => Iterable<HTMLElement>
}

const nearEndPx = 48

/** Creates the keeper; it begins at the end. */
export const createScrollKeeper = ({ scroller, children }: Needs): ScrollKeeper => {
  let isFollowing = true
  let anchor: { key: string; offset: number } | undefined
  const top = (element: HTMLElement) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top

  return {
    isFollowing: () => isFollowing,
    note: () => {
      isFollowing = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEndPx
      anchor = undefined
      for (const child of children()) {
        const key = child.dataset['key']
        if (key === undefined || top(child) + child.offsetHeight <= 0) continue
        anchor = { key, offset: top(child) }
        return
      }
    },
    restore: () => {
      if (isFollowing) {
        scroller.scrollTop = scroller.scrollHeight
        return
      }
      if (!anchor) return
      for (const child of children()) {
        if (child.dataset['key'] !== anchor.key) continue
        const drift = top(child) - anchor.offset
        if (Math.abs(drift) >= 1) scroller.scrollTop += drift
        return
      }
    },
    follow: () => {
      isFollowing = true
      scroller.scrollTop = scroller.scrollHeight
    },
    holdAt: (key, offset) => {
      isFollowing = false
      anchor = { key, offset }
    },
  }
}
