import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { readersByEvent } from '../matrix/receipts.ts'
import type { Room } from '../matrix/room.ts'
import { isUnread } from '../matrix/room-list.ts'
import type { MessageItem, TimelineItem } from '../matrix/timeline-items.ts'
import { createTimelineRun, type TimelineRun } from '../matrix/timeline-run.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { createScrollKeeper, type ScrollKeeper } from './scroll-keeper.ts'
import { timelineMark, timelineTop } from './timeline-marks.ts'
import { timelineStyles } from './timeline-styles.ts'
import { around, atEnd, earlier, later, shownIn, type TimelineWindow } from './timeline-window.ts'
import './message-item.ts'

const nearEdgePx = 700

/** What was said in a room and those before it: a bounded part of it in the page, more of it as the reader scrolls, still while it loads. */
export class TimelineView extends ChatElement {
  static override properties = {
    room: { attribute: false },
    window: { state: true },
    following: { state: true },
    failed: { state: true },
    active: { state: true },
  }
  static override styles = [controls, timelineStyles]
  declare room: Room
  declare window: TimelineWindow
  declare following: boolean
  declare failed: boolean
  /** The key of the message that the Tab key reaches. */
  declare active: string | undefined
  #run: TimelineRun | undefined
  #keeper: ScrollKeeper | undefined
  #sizes: ResizeObserver | undefined
  #settled = false
  #loading = false

  constructor() {
    super()
    this.window = atEnd
    this.following = true
    this.failed = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('focus', this.#attend)
    addEventListener('blur', this.#turnAway)
    document.addEventListener('visibilitychange', this.#attend)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('focus', this.#attend)
    removeEventListener('blur', this.#turnAway)
    document.removeEventListener('visibilitychange', this.#attend)
    this.#sizes?.disconnect()
    this.#keeper = undefined
  }

  /** The reader's newest message that can be edited. */
  lastOwn(): MessageItem | undefined {
    const isEditable = (item: TimelineItem) =>
      item.kind === 'message' &&
      item.roomId === undefined &&
      item.mine &&
      !item.redacted &&
      item.type === 'm.room.message' &&
      item.state === 'sent' &&
      item.eventId !== undefined
    return this.#items.findLast(isEditable) as MessageItem | undefined
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('room')) return
    this.#settled = false
    this.window = atEnd
    this.following = true
    this.failed = false
    this.active = undefined
    this.#keeper?.follow()
    const { me, history, succession } = this.client
    this.#run = createTimelineRun({ room: this.room, me, history, succession })
  }

  get #items(): TimelineItem[] {
    return this.#run?.items.value ?? []
  }

  protected override updated(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller')
    const list = this.renderRoot.querySelector<HTMLElement>('.items')
    if (!scroller || !list) return
    if (!this.#keeper) {
      this.#keeper = createScrollKeeper({ scroller, children: () => list.children as Iterable<Element> as Iterable<HTMLElement> })
      this.#sizes = new ResizeObserver(() => this.#relayout())
      this.#sizes.observe(list)
      this.#sizes.observe(scroller)
    }
    if (!this.#settled && this.room.timeline.events.value.length > 0) this.#settle()
    // Messages render themselves a moment later; nobody shall see the list in between.
    const messages = [...this.renderRoot.querySelectorAll('message-item')]
    void Promise.all(messages.map((message) => message.updateComplete)).then(() => {
      this.#relayout()
      this.#attend()
    })
  }

  /** Once the room shows its first events: begins at the unread mark if there is one out of sight. */
  #settle(): void {
    this.#settled = true
    const mark = this.room.readUpTo.value
    if (mark === undefined) return
    // It stays where it was when the reader came, however far he reads.
    this.#run?.mark(mark)
    this.requestUpdate()
    void this.updateComplete.then(() =>
      requestAnimationFrame(() => {
        const unread = this.renderRoot.querySelector<HTMLElement>('[data-key=unread]')
        const scroller = this.renderRoot.querySelector('.scroller')
        if (!unread || !scroller || unread.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) return
        this.#keeper?.holdAt('unread', 60)
        this.#relayout()
        this.#scrolled()
      }),
    )
  }

  #relayout(): void {
    this.#keeper?.restore()
    this.#fill()
  }

  /** Loads what is missing near the upper edge, and gaps that are in sight. */
  #fill(): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller')
    if (!scroller || this.#loading || this.failed) return
    const edge = scroller.getBoundingClientRect()
    for (const gap of this.renderRoot.querySelectorAll<HTMLElement>('[data-gap]')) {
      const { top, bottom } = gap.getBoundingClientRect()
      const eventId = gap.dataset['gap'] ?? ''
      if (bottom > edge.top - nearEdgePx && top < edge.bottom + nearEdgePx) return void this.#load((run) => run.fill(eventId))
    }
    if (scroller.scrollTop > nearEdgePx) return
    if (shownIn(this.#items, this.window).isFirst && this.#run?.hasEarlier()) void this.#load((run) => run.earlier())
  }

  async #load(load: (run: TimelineRun) => Promise<void>): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    this.#loading = true
    try {
      await load(run)
    } catch {
      this.failed = true
    }
    this.#loading = false
    await this.updateComplete
    this.#fill()
  }

  readonly #scrolled = () => {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller')
    if (!scroller || !this.#keeper) return
    this.#keeper.note()
    const items = this.#items
    const { isFirst, isLast } = shownIn(items, this.window)
    const fromEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
    if (scroller.scrollTop < nearEdgePx && !isFirst) this.window = earlier(items, this.window)
    else if (fromEnd < nearEdgePx && !isLast) this.window = later(items, this.window)
    else if (this.#keeper.isFollowing() && isLast && this.window !== atEnd && items.length > 0) this.window = atEnd
    this.following = this.#keeper.isFollowing() && isLast
    this.#fill()
    this.#attend()
  }

  /** What the reader looks at is read. */
  readonly #attend = () => {
    if (document.hidden || !document.hasFocus() || !this.following || !this.#settled) return
    const { reading, succession } = this.client
    void reading.markRead(this.room)
    for (const before of succession.before(this.room)) if (isUnread({ unread: before.unread.current.value })) void reading.markRead(before)
  }

  /** What comes while the reader is away stands below a new mark. */
  readonly #turnAway = () => {
    if (!this.following) return
    this.#run?.mark(this.room.timeline.events.value.at(-1)?.event_id)
  }

  readonly #toEnd = () => {
    this.window = atEnd
    this.following = true
    this.#keeper?.follow()
    void this.updateComplete.then(() => this.#keeper?.follow())
  }

  /** Shows the message, loading back to it if it is not far. */
  async #show(eventId: string): Promise<void> {
    for (let page = 0; page < 10 && this.#run?.has(eventId) === false && this.#run.hasEarlier(); page += 1)
      await this.#run.earlier().catch(() => undefined)
    const item = this.#items.find((found) => found.kind === 'message' && found.eventId === eventId)
    if (!item) return
    this.window = around(this.#items, item.key)
    this.#keeper?.holdAt(item.key, 120)
    this.active = item.key
    await this.updateComplete
    this.#relayout()
    const element = this.#element(item.key)
    element?.focus({ preventScroll: true })
    element?.classList.add('found')
    setTimeout(() => element?.classList.remove('found'), 2_000)
    this.#scrolled()
  }

  #element(key: string): HTMLElement | undefined {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('message-item')].find((element) => element.dataset['key'] === key)
  }

  readonly #keys = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (target.tagName !== 'MESSAGE-ITEM' || event.ctrlKey || event.metaKey || event.altKey) return
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>('message-item')]
    const at = all.indexOf(target)
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === 'Escape') this.tell('to-composer')
    if (next === undefined || event.composedPath()[0] !== target) return
    event.preventDefault()
    const element = all[next]
    if (!element) return
    this.active = element.dataset['key']
    element.focus()
  }

  #item(item: TimelineItem, readers: Map<string, string[]>, tabKey: string | undefined): TemplateResult {
    const room = this.#run?.roomOf(item) ?? this.room
    if (item.kind !== 'message') return timelineMark(item, room)
    const attend = () => {
      this.active = item.key
    }
    return html`<message-item data-key=${item.key} .item=${item} .room=${room} .readers=${readers.get(item.eventId ?? '') ?? []}
      tabindex=${item.key === tabKey ? 0 : -1} @focusin=${attend}></message-item>`
  }

  readonly #again = () => {
    this.failed = false
    void this.updateComplete.then(() => this.#fill())
  }

  protected override render(): TemplateResult {
    const { room } = this
    const { items, isFirst } = shownIn(this.#items, this.window)
    const hasEarlier = this.#run?.hasEarlier() === true
    const messages = items.filter((item) => item.kind === 'message')
    const shown = new Set(messages.flatMap((item) => item.eventId ?? []))
    const readers = readersByEvent(room.receipts.readers.value, room.timeline.events.value, shown)
    const tabKey = messages.some((item) => item.key === this.active) ? this.active : messages.at(-1)?.key
    const count = room.unread.current.value.messages
    return html`
      <div class="scroller" @scroll=${this.#scrolled} @keydown=${this.#keys} @show-event=${(event: CustomEvent<string>) => this.#show(event.detail)}>
        <div class="top">${timelineTop(room, this.client.me, { isFirst, hasEarlier, again: this.failed ? this.#again : undefined })}</div>
        <div class="items" role="log" aria-live=${this.following ? 'polite' : 'off'} aria-relevant="additions" aria-label=${msg('timeline.label')}>
          ${repeat(
            items,
            (item) => item.key,
            (item) => this.#item(item, readers, tabKey),
          )}
        </div>
      </div>
      ${
        this.following
          ? nothing
          : html`<button class="latest" @click=${this.#toEnd}>
        ${icon('down', 16)}${count > 0 ? msg('timeline.newCount', { count }) : msg('timeline.latest')}</button>`
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'timeline-view': TimelineView
  }
}

customElements.define('timeline-view', TimelineView)
