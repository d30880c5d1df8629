import { css, html, nothing, type TemplateResult } from 'lit'
import type { SignIn } from '../matrix/sign-in.ts'
import type { Room } from '../matrix/room.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement, type Question } from './chat-element.ts'
import { controls } from './controls.ts'
import './browse-dialog.ts'
import './confirm-dialog.ts'
import './create-dialog.ts'
import './invite-dialog.ts'
import './keys-dialog.ts'
import './new-chat.ts'
import './room-view.ts'
import './settings-dialog.ts'
import './side-bar.ts'
import './switcher-dialog.ts'

/** The names of the dialogs that `open-dialog` asks for. */
export type DialogName = 'browse' | 'create' | 'invite' | 'keys' | 'settings' | 'switcher'

const toastMs = 8_000

/** The logged-in page: the list at the side, the open room beside it; on a narrow screen one at a time. */
export class ChatShell extends ChatElement {
  static override properties = { signIn: { attribute: false }, dialog: { state: true }, toast: { state: true }, question: { state: true } }
  static override styles = [
    controls,
    css`
    :host { display: grid; grid-template: minmax(0, 1fr) / 288px minmax(0, 1fr); height: 100%; background: var(--ground); }
    side-bar { border-inline-end: 1px solid var(--line); min-height: 0; }
    main { min-width: 0; min-height: 0; display: grid; }
    .away {
      position: fixed; inset-block-start: 8px; inset-inline: 0; margin: auto; width: fit-content; z-index: 5; padding: 5px 12px; border-radius: 99px;
      background: var(--ink); color: var(--ground); font-size: var(--small); box-shadow: var(--shadow);
    }
    .toast {
      position: fixed; inset-block-end: 88px; inset-inline: 0; margin: auto; width: fit-content; max-width: min(90vw, 460px); z-index: 6;
      padding: 10px 14px; border-radius: var(--radius); background: var(--ink); color: var(--ground); box-shadow: var(--shadow);
    }
    .empty { display: grid; place-content: center; justify-items: center; gap: 12px; padding: 24px; text-align: center; color: var(--ink-soft); }
    .empty h1 { font-size: 1.25rem; color: var(--ink); }
    .empty p { max-width: 36ch; }
    .shortcuts { position: absolute; }
    .skip { position: absolute; inset-block-start: -60px; inset-inline-start: 8px; z-index: 9; background: var(--accent); color: var(--accent-ink); padding: 8px 12px; border-radius: var(--radius-small); }
    .skip:focus { inset-block-start: 8px; }
    @media (max-width: 760px) {
      :host { grid-template-columns: minmax(0, 1fr); }
      :host([data-pane='list']) main, :host([data-pane='room']) side-bar { display: none; }
      side-bar { border: 0; }
    }
  `,
  ]
  declare signIn: SignIn
  declare dialog: DialogName | undefined
  declare toast: string | undefined
  declare question: Question | undefined
  #toastTimer: ReturnType<typeof setTimeout> | undefined
  #toldRefusal: string | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('keydown', this.#keys)
    this.addEventListener('confirm', this.#ask)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('keydown', this.#keys)
    this.removeEventListener('confirm', this.#ask)
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    if (event.key.toLowerCase() === 'k') this.#show('switcher', event)
    else if (event.key === '/') this.#show('keys', event)
  }

  #show(name: DialogName, event: Event): void {
    event.preventDefault()
    this.dialog = name
  }

  readonly #openDialog = (event: CustomEvent<DialogName>) => {
    this.dialog = event.detail
  }

  readonly #closeDialog = () => {
    this.dialog = undefined
    this.question = undefined
  }

  readonly #ask = (event: Event) => {
    this.question = (event as CustomEvent<Question>).detail
  }

  readonly #say = (event: CustomEvent<string>) => this.#showToast(event.detail)

  #showToast(text: string): void {
    this.toast = text
    clearTimeout(this.#toastTimer)
    this.#toastTimer = setTimeout(() => {
      this.toast = undefined
    }, toastMs)
  }

  /** A reaction or removal that was refused is nowhere else to be seen. */
  #tellRefusal(): void {
    const entry = this.client.refused.value
    if (!entry || entry.id === this.#toldRefusal) return
    this.#toldRefusal = entry.id
    if (entry.type === 'm.room.message') return
    void this.client.queue.discard(entry.id)
    queueMicrotask(() => this.#showToast(msg('error.refused', { reason: entry.reason ?? '' })))
  }

  #dialogTemplate(): TemplateResult | typeof nothing {
    if (this.question) return html`<confirm-dialog .question=${this.question}></confirm-dialog>`
    switch (this.dialog) {
      case 'browse':
        return html`<browse-dialog></browse-dialog>`
      case 'create':
        return html`<create-dialog></create-dialog>`
      case 'invite':
        return html`<invite-dialog></invite-dialog>`
      case 'keys':
        return html`<keys-dialog></keys-dialog>`
      case 'settings':
        return html`<settings-dialog .signIn=${this.signIn}></settings-dialog>`
      case 'switcher':
        return html`<switcher-dialog></switcher-dialog>`
      default:
        return nothing
    }
  }

  /** The room of an ID, or the one in which it goes on: there the reader is led. */
  #room(roomId: string): Room {
    const room = this.client.rooms.open(roomId)
    const next = this.client.succession.successor(room)
    if (next === undefined) return room
    queueMicrotask(() => this.router.go({ name: 'room', roomId: next.roomId }, { replace: true }))
    return next
  }

  #pane(): TemplateResult {
    const place = this.router.place.value
    const rooms = this.client.rooms.all.value
    if (place.name === 'room') return html`<room-view .room=${this.#room(place.roomId)}></room-view>`
    if (place.name === 'new') return html`<new-chat></new-chat>`
    if (this.client.connection.value === 'starting') return html`<div class="empty"><p>${msg('shell.starting')}</p></div>`
    return html`<div class="empty">
      <h1>${rooms.size === 0 ? msg('shell.welcome') : msg('shell.pick')}</h1>
      <p>${rooms.size === 0 ? msg('shell.welcomeHint') : msg('shell.pickHint')}</p>
      <div class="row">
        <button class="button" @click=${() => this.router.go({ name: 'new' })}>${msg('side.newChat')}</button>
        <button class="quiet" @click=${() => {
          this.dialog = 'browse'
        }}>${msg('side.browse')}</button>
      </div>
    </div>`
  }

  protected override willUpdate(): void {
    const place = this.router.place.value
    this.dataset['pane'] = place.name === 'home' ? 'list' : 'room'
  }

  protected override updated(): void {
    const place = this.router.place.value
    const open = place.name === 'room' ? place.roomId : undefined
    if (this.client.openRoom.value !== open)
      queueMicrotask(() => {
        this.client.openRoom.value = open
      })
  }

  protected override render(): TemplateResult {
    this.#tellRefusal()
    const isAway = this.client.connection.value === 'away'
    return html`
      <nav class="shortcuts" aria-label=${msg('shell.shortcuts')}><a class="skip" href="#main" @click=${(event: Event) => {
        event.preventDefault()
        this.renderRoot.querySelector('main')?.focus()
      }}>${msg('shell.skip')}</a></nav>
      <side-bar @open-dialog=${this.#openDialog} @say=${this.#say}></side-bar>
      <main id="main" tabindex="-1" @open-dialog=${this.#openDialog} @say=${this.#say}>${this.#pane()}</main>
      <div role="status">
        ${isAway ? html`<div class="away">${msg('shell.away')}</div>` : nothing}
        ${this.toast ? html`<div class="toast">${this.toast}</div>` : nothing}
      </div>
      <div @close-dialog=${this.#closeDialog} @open-dialog=${this.#openDialog} @say=${this.#say}>${this.#dialogTemplate()}</div>`
  }
}

customElements.define('chat-shell', ChatShell)
