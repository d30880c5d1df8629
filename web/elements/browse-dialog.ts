import { css, html, nothing, type TemplateResult } from 'lit'
import type { Published } from '../matrix/gathering.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { sayError } from './sign-in-page.ts'
import './modal-dialog.ts'

/** The channels of the organisation that anybody may join. */
export class BrowseDialog extends ChatElement {
  static override properties = { rooms: { state: true }, error: { state: true }, joining: { state: true } }
  static override styles = [
    controls,
    css`
    .list { display: grid; margin: 10px 0 0; padding: 0; list-style: none; min-height: 200px; align-content: start; }
    li { display: flex; gap: 10px; align-items: center; padding: 8px 0; border-block-end: 1px solid var(--line); }
    li:last-child { border: 0; }
    li > svg { color: var(--ink-faint); }
    .text { display: grid; min-width: 0; flex: 1; }
    small { color: var(--ink-faint); font-size: var(--small); }
    .none { color: var(--ink-faint); padding: 24px 0; text-align: center; }
  `,
  ]
  declare rooms: readonly Published[] | undefined
  declare error: string
  declare joining: string | undefined
  #asked = 0

  constructor() {
    super()
    this.error = ''
  }

  protected override firstUpdated(): void {
    void this.#find('')
  }

  async #find(term: string): Promise<void> {
    const asked = ++this.#asked
    try {
      const rooms = await this.client.gathering.browse(term.trim())
      if (asked === this.#asked) this.rooms = rooms
    } catch (error) {
      this.error = sayError(error)
    }
  }

  async #open(room: Published, join: boolean): Promise<void> {
    this.joining = room.roomId
    try {
      if (join) await this.client.gathering.join(room.roomId)
      this.tell('close-dialog')
      this.router.go({ name: 'room', roomId: room.roomId })
    } catch (error) {
      this.error = sayError(error)
    }
    this.joining = undefined
  }

  #row(room: Published): TemplateResult {
    const isIn =
      this.client.rooms.get(room.roomId)?.membership.value === 'join' && (this.client.rooms.get(room.roomId)?.state.value.size ?? 0) > 0
    return html`<li>${icon('hash')}<div class="text"><strong class="clip" translate="no">${room.name}</strong>
      <small class="clip">${msg('browse.members', { count: room.members })}${room.topic ? html` · <span translate="no">${room.topic}</span>` : nothing}</small></div>
      ${isIn ? nothing : html`<button class="quiet" aria-label=${msg('browse.lookAt', { name: room.name })} @click=${() => this.#open(room, false)}>${msg('browse.look')}</button>`}
      <button class=${isIn ? 'quiet' : 'button'} aria-label=${isIn ? msg('browse.openRoom', { name: room.name }) : msg('browse.joinRoom', { name: room.name })}
        ?disabled=${this.joining === room.roomId} @click=${() => this.#open(room, !isIn)}>${isIn ? msg('browse.open') : msg('room.join')}</button></li>`
  }

  protected override render(): TemplateResult {
    return html`<modal-dialog heading=${msg('browse.title')}>
      <input type="search" autofocus aria-label=${msg('browse.search')} placeholder=${msg('browse.search')}
        @input=${(event: InputEvent) => this.#find((event.target as HTMLInputElement).value)}>
      ${this.error ? html`<div class="alert" role="alert">${this.error}</div>` : nothing}
      <ul class="list">${this.rooms?.map((room) => this.#row(room)) ?? html`<li class="none">${msg('browse.loading')}</li>`}
        ${this.rooms?.length === 0 ? html`<li class="none">${msg('browse.none')}</li>` : nothing}</ul>
    </modal-dialog>`
  }
}

customElements.define('browse-dialog', BrowseDialog)
