import { css, html, type TemplateResult } from 'lit'
import type { Person } from '../matrix/people.ts'
import { msg } from '../strings/msg.ts'
import { composerStyles } from './composer-styles.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import { icon } from './icon.ts'
import './people-picker.ts'

const mostPeople = 8

/** A new conversation: pick one or many, write, send. Nothing is made before the first message. */
export class NewChat extends DeedElement {
  static override properties = { people: { state: true } }
  static override styles = [
    controls,
    composerStyles,
    css`
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; height: 100%; padding: 0; }
    header { display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 6px 16px; border-block-end: 1px solid var(--line); }
    h1 { font-size: 1rem; }
    .to { padding: 16px; display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 12px; align-items: center; align-content: start; max-width: 760px; }
    .to p { grid-column: 1 / -1; color: var(--ink-faint); font-size: var(--small); }
    form { padding: 0 16px 14px; display: grid; gap: 8px; }
    .back { display: none; }
    @media (max-width: 760px) { .back { display: inline-flex; } header { padding-inline-start: 6px; } }
  `,
  ]
  declare people: readonly Person[]

  constructor() {
    super()
    this.people = []
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('people-picker')?.focus()
  }

  readonly #send = async (event: Event) => {
    event.preventDefault()
    const area = this.renderRoot.querySelector('textarea')
    const text = area?.value.trim() ?? ''
    if (this.busy) return
    if (this.people.length === 0) {
      this.error = msg('newChat.nobody')
      return
    }
    await this.attempt(async () => {
      const roomId = await this.client.gathering.openDirect(this.people.map(({ userId }) => userId))
      const room = this.client.rooms.open(roomId)
      if (text !== '') await this.client.speech.say(room, text)
      this.router.go({ name: 'room', roomId }, { replace: true })
    })
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.isComposing) return
    const sends = this.client.preferences.current.value.send_key === 'enter' ? !event.shiftKey : event.ctrlKey || event.metaKey
    if (sends) void this.#send(event)
  }

  protected override render(): TemplateResult {
    return html`
      <header><button class="icon back" aria-label=${msg('room.back')} @click=${() => this.router.go({ name: 'home' })}>${icon('back', 22)}</button><h1>${msg('newChat.title')}</h1></header>
      <div class="to"><span>${msg('newChat.to')}</span>
        <people-picker label=${msg('newChat.people')} @people-picked=${(event: CustomEvent<Person[]>) => {
          this.people = event.detail
        }}></people-picker>
        <p>${this.people.length > mostPeople ? msg('newChat.tooMany', { most: mostPeople }) : msg('newChat.hint')}</p></div>
      <form @submit=${this.#send}>
        ${this.alert()}
        <div class="box"><div class="line">
          <textarea rows="2" aria-label=${msg('newChat.message')} placeholder=${msg('newChat.message')} @keydown=${this.#keys}></textarea>
          <button class="icon send" aria-label=${msg('composer.send')} ?disabled=${this.busy || this.people.length === 0 || this.people.length > mostPeople}>${icon('send')}</button>
        </div></div>
      </form>`
  }
}

customElements.define('new-chat', NewChat)
