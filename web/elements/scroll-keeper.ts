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
const anchorCount = 6

/** Creates the keeper; it begins at the end. */
export const createScrollKeeper = ({ scroller, children }: Needs): ScrollKeeper => {
  let isFollowing = true
  // More than one, since a mark between messages may vanish when older ones come.
  let anchors: { key: string; offset: number }[] = []
  let lastTop = 0
  const top = (element: HTMLElement) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top

  const scrollTo = (position: number) => {
    scroller.scrollTop = position
    lastTop = scroller.scrollTop
  }

  const restore = () => {
    if (isFollowing) return scrollTo(scroller.scrollHeight)
    const present = new Map([...children()].map((child) => [child.dataset['key'], child]))
    const anchor = anchors.find(({ key }) => present.has(key))
    const child = anchor && present.get(anchor.key)
    if (!child) return
    const drift = top(child) - anchor.offset
    if (Math.abs(drift) >= 1) scrollTo(scroller.scrollTop + drift)
  }

  const pick = () => {
    lastTop = scroller.scrollTop
    isFollowing = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEndPx
    anchors = []
    for (const child of children()) {
      const key = child.dataset['key']
      if (key === undefined || top(child) + child.offsetHeight <= 0) continue
      anchors.push({ key, offset: top(child) })
      if (anchors.length === anchorCount) return
    }
  }

  return {
    isFollowing: () => isFollowing,
    note: () => {
      const moved = scroller.scrollTop - lastTop
      // Our own scrolling comes back as an event, when the layout may be on its way to the next change already.
      if (moved === 0) return
      if (!isFollowing && anchors.length > 0) {
        for (const anchor of anchors) anchor.offset -= moved
        restore()
      }
      pick()
    },
    restore,
    follow: () => {
      isFollowing = true
      scrollTo(scroller.scrollHeight)
    },
    holdAt: (key, offset) => {
      isFollowing = false
      anchors = [{ key, offset }]
    },
  }
}
