import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { isClosed, maySend } from '../matrix/room-state.ts'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import { roomName } from './room-mark.ts'
import './details-panel.ts'
import './message-composer.ts'
import './room-head.ts'
import './timeline-view.ts'
import './typing-line.ts'
import type { MessageItem } from '../matrix/timeline-items.ts'
import type { MessageComposer } from './message-composer.ts'

/** One room: its head, what was said, the composer or the way in, and its details. */
export class RoomView extends DeedElement {
  static override properties = { room: { attribute: false }, detailsOpen: { state: true } }
  static override styles = [
    controls,
    css`
    :host { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) auto; min-height: 0; height: 100%; container: room / inline-size; }
    room-head { grid-column: 1 / -1; }
    .talk { grid-area: 2 / 1; display: grid; grid-template-rows: minmax(0, 1fr) auto auto; min-height: 0; min-width: 0; }
    details-panel { grid-area: 2 / 2; width: 300px; border-inline-start: 1px solid var(--line); min-height: 0; }
    .bar {
      margin: 4px 16px 14px; padding: 12px 14px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sunken);
      display: flex; flex-wrap: wrap; gap: 10px; align-items: center; color: var(--ink-soft);
    }
    @container room (max-width: 780px) {
      details-panel { grid-area: 2 / 1; width: auto; border: 0; z-index: 3; background: var(--ground); }
    }
  `,
  ]
  declare room: Room
  declare detailsOpen: boolean

  constructor() {
    super()
    this.detailsOpen = false
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('room')) return
    this.error = ''
    this.detailsOpen = false
    // A room that no sync has brought is looked at from outside.
    if (this.room.state.value.size === 0) queueMicrotask(() => void this.#look(this.room))
  }

  /** Reads what a room that the reader has not joined shows of itself. */
  async #look(room: Room): Promise<void> {
    const isKnown = () => room.state.value.size > 0 && room.membership.value === 'join'
    await new Promise((resolve) => setTimeout(resolve, this.client.connection.value === 'live' ? 400 : 2_500))
    if (isKnown() || room !== this.room) return
    const summary = await this.client.gathering.summary(room.roomId).catch(() => undefined)
    if (isKnown()) return
    room.setMembership('leave')
    if (summary) {
      const event = { type: 'm.room.name', state_key: '', sender: '', content: { name: summary.name } }
      const rules = { type: 'm.room.join_rules', state_key: '', sender: '', content: { join_rule: 'public' } }
      room.addState([event, rules])
      await this.client.history.older(room, undefined).catch(() => undefined)
    }
  }

  readonly #join = () => this.attempt(() => this.client.gathering.join(this.room.roomId))

  readonly #decline = () =>
    this.attempt(async () => {
      await this.client.gathering.leave(this.room)
      this.router.go({ name: 'home' })
    })

  readonly #follow = () =>
    this.attempt(async () => {
      const roomId = await this.client.gathering.follow(this.room)
      if (roomId === undefined) this.error = msg('room.strayed')
      else this.router.go({ name: 'room', roomId }, { replace: true })
    })

  #moved(): TemplateResult {
    return html`<div class="bar">
      <span class="grow">${msg('room.replaced')}</span>
      ${this.alert()}
      <button class="button" ?disabled=${this.busy} @click=${this.#follow}>${msg('room.follow')}</button>
    </div>`
  }

  #outside(): TemplateResult {
    const isInvited = this.room.membership.value === 'invite'
    return html`<div class="bar">
      <span class="grow">${isInvited ? msg('room.invited') : msg('room.notJoined')}</span>
      ${this.alert()}
      ${isInvited ? html`<button class="quiet" ?disabled=${this.busy} @click=${this.#decline}>${msg('room.decline')}</button>` : nothing}
      <button class="button" ?disabled=${this.busy} @click=${this.#join}>${isInvited ? msg('room.accept') : msg('room.join')}</button>
    </div>`
  }

  #foot(): TemplateResult {
    const { room, client } = this
    const membership = room.membership.value
    if (isClosed(room.state.value) && membership === 'join') return this.#moved()
    if (membership !== 'join') return this.#outside()
    if (room.state.value.size > 0 && !maySend(room.state.value, client.me, 'm.room.message'))
      return html`<div class="bar">${msg('room.readOnly')}</div>`
    return html`<message-composer .room=${room}></message-composer>`
  }

  get #composer(): MessageComposer | null {
    return this.renderRoot.querySelector('message-composer')
  }

  readonly #reply = (event: CustomEvent<MessageItem>) => this.#composer?.startReply(event.detail)
  readonly #edit = (event: CustomEvent<MessageItem>) => this.#composer?.startEdit(event.detail)
  readonly #editLast = () => {
    const item = this.renderRoot.querySelector('timeline-view')?.lastOwn()
    if (item) this.#composer?.startEdit(item)
  }
  readonly #toComposer = () => this.#composer?.focus()

  protected override render(): TemplateResult {
    const { room } = this
    return html`
      <room-head .room=${room} ?expanded=${this.detailsOpen} @toggle-details=${() => {
        this.detailsOpen = !this.detailsOpen
      }}></room-head>
      <section class="talk" aria-label=${msg('room.label', { name: roomName(room) })}
        @reply-to=${this.#reply} @edit-message=${this.#edit} @edit-last=${this.#editLast} @to-composer=${this.#toComposer}>
        <timeline-view .room=${room}></timeline-view>
        <typing-line .room=${room}></typing-line>
        ${this.#foot()}
      </section>
      ${
        this.detailsOpen
          ? html`<details-panel .room=${room} @close-details=${() => {
              this.detailsOpen = false
            }}></details-panel>`
          : nothing
      }`
  }
}

customElements.define('room-view', RoomView)
