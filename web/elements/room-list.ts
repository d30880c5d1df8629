import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { type Section, type SectionName, sections } from '../matrix/room-list.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import './room-row.ts'

const storageKey = 'hallway.folded'
const readFolded = (): Set<string> => new Set((localStorage.getItem(storageKey) ?? '').split(' ').filter(Boolean))

/** The rooms by sections. It does not reorder while the pointer is over it. */
export class RoomList extends ChatElement {
  static override properties = { hovered: { state: true }, folded: { state: true } }
  static override styles = [
    controls,
    css`
    :host { display: block; min-height: 0; overflow-y: auto; padding: 0 6px 12px; scrollbar-width: thin; }
    section { margin-block-end: 8px; }
    h2 { display: flex; }
    h2 button {
      display: flex; align-items: center; gap: 4px; flex: 1; border: 0; background: none; padding: 6px 8px 4px; text-align: start; min-height: 28px;
      font-size: var(--tiny); font-weight: 650; color: var(--ink-faint); letter-spacing: 0.02em; border-radius: var(--radius-small);
    }
    h2 button:hover { color: var(--ink); }
    h2 svg { transition: transform var(--quick); }
    ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1px; }
    .none { padding: 12px 10px; color: var(--ink-faint); font-size: var(--small); }
  `,
  ]
  declare hovered: boolean
  declare folded: Set<string>
  #frozen: Section[] | undefined
  #open: string | undefined
  #held = false

  constructor() {
    super()
    this.hovered = false
    this.folded = readFolded()
  }

  readonly #enter = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') this.hovered = true
  }

  readonly #leave = () => {
    this.hovered = false
  }

  #sections(): Section[] {
    const { client } = this
    const open = this.router.place.value
    const openId = open.name === 'room' ? open.roomId : undefined
    const listed = [...client.rooms.all.value.values()].filter(
      (room) => room.state.value.size > 0 && client.succession.successor(room) === undefined,
    )
    const rooms = listed.map((room) => ({
      roomId: room.roomId,
      kind: room.kind.value,
      membership: room.membership.value,
      unread: client.succession.unread(room),
      activity: room.activity.value,
    }))
    if (openId !== this.#open) {
      this.#open = openId
      this.#held = this.#frozen?.some(({ name, roomIds }) => name === 'unread' && roomIds.includes(openId ?? '')) === true
    }
    const fresh = sections(rooms, client.preferences.current.value.list_sort, openId, this.#held)
    const known = new Set(this.#frozen?.flatMap(({ roomIds }) => roomIds))
    const same =
      known.size === fresh.flatMap(({ roomIds }) => roomIds).length && fresh.every(({ roomIds }) => roomIds.every((id) => known.has(id)))
    if (!this.hovered || !same || !this.#frozen) this.#frozen = fresh
    return this.#frozen
  }

  #fold(name: SectionName): void {
    const folded = new Set(this.folded)
    if (!folded.delete(name)) folded.add(name)
    this.folded = folded
    localStorage.setItem(storageKey, [...folded].join(' '))
  }

  readonly #keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('room-row')]
    const at = rows.indexOf(this.shadowRoot?.activeElement as HTMLElement)
    if (at < 0) return
    event.preventDefault()
    rows[at + step]?.focus()
  }

  protected override render(): TemplateResult {
    const { client } = this
    const place = this.router.place.value
    const openId = place.name === 'room' ? place.roomId : undefined
    const shown = this.#sections()
    return html`<nav aria-label=${msg('list.label')} @pointerenter=${this.#enter} @pointerleave=${this.#leave} @keydown=${this.#keys}>
      ${shown.length === 0 && client.connection.value !== 'starting' ? html`<p class="none">${msg('list.none')}</p>` : nothing}
      ${shown.map(({ name, roomIds }) => {
        const isFolded = this.folded.has(name)
        return html`<section>
          <h2><button aria-expanded=${!isFolded} @click=${() => this.#fold(name)}>
            <span style=${isFolded ? 'rotate:-90deg' : ''}>${chevron}</span>${msg(`list.${name}`)}</button></h2>
          <ul ?hidden=${isFolded}>${repeat(
            roomIds,
            (id) => id,
            (id) => html`<li><room-row .room=${client.rooms.get(id)} ?current=${id === openId}></room-row></li>`,
          )}</ul>
        </section>`
      })}
    </nav>`
  }
}

const chevron = html`<svg aria-hidden="true" width="12" height="12" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4"><path d="m6 9 6 6 6-6"/></svg>`

customElements.define('room-list', RoomList)
