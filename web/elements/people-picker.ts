import { css, html, nothing, type TemplateResult } from 'lit'
import type { Person } from '../matrix/people.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { sayError } from './sign-in-page.ts'
import { createTypedSearch } from './typed-search.ts'
import './avatar-disc.ts'

const typingPauseMs = 150

/** Picks people by name: an ARIA combobox with the chosen ones before it. Tells `people-picked` with the list after every change. */
export class PeoplePicker extends ChatElement {
  static override properties = {
    label: {},
    without: { attribute: false },
    picked: { state: true },
    found: { state: true },
    chosen: { state: true },
    open: { state: true },
    error: { state: true },
  }
  static override styles = [
    controls,
    css`
    :host { display: block; position: relative; }
    .box { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px; border: 1px solid var(--line-strong); border-radius: var(--radius-small); background: var(--ground); }
    .box:focus-within { outline: var(--focus); outline-offset: -1px; }
    .box input { flex: 1; min-width: 120px; width: auto; border: 0; min-height: 30px; padding: 2px 6px; background: none; }
    .box input:focus-visible { outline: 0; }
    .chip { display: flex; align-items: center; gap: 4px; padding-inline-start: 8px; background: var(--accent-soft); color: var(--accent-soft-ink); border-radius: 99px; font-size: var(--small); font-weight: 550; }
    .chip button { border: 0; background: none; width: 26px; height: 28px; display: grid; place-items: center; padding: 0; border-radius: 50%; }
    ul { position: absolute; inset-inline: 0; inset-block-start: calc(100% + 4px); max-height: 280px; overflow-y: auto; margin: 0; padding: 6px; list-style: none; z-index: 4;
      background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); }
    li { display: flex; gap: 10px; align-items: center; padding: 5px 8px; min-height: 36px; border-radius: var(--radius-small); cursor: pointer; }
    li[aria-selected='true'] { background: var(--accent-soft); color: var(--accent-soft-ink); }
    li small { color: var(--ink-faint); font-size: var(--tiny); }
    .none { padding: 10px; color: var(--ink-faint); font-size: var(--small); }
  `,
  ]
  declare label: string
  /** User IDs that are not offered. */
  declare without: readonly string[]
  declare picked: readonly Person[]
  declare found: readonly Person[]
  declare chosen: number
  declare open: boolean
  declare error: string
  readonly #search = createTypedSearch<Person>({
    find: (term) => this.client.people.find(term),
    show: (found) => this.#show(found, ''),
    fail: (error) => this.#show([], sayError(error)),
    pauseMs: typingPauseMs,
  })

  constructor() {
    super()
    this.label = ''
    this.without = []
    this.picked = []
    this.found = []
    this.chosen = 0
    this.open = false
    this.error = ''
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('input')?.focus())
  }

  readonly #type = () => this.#search.ask(this.renderRoot.querySelector('input')?.value ?? '')

  #show(found: readonly Person[], error: string): void {
    const taken = new Set([...this.without, ...this.picked.map(({ userId }) => userId)])
    this.found = found.filter(({ userId }) => !taken.has(userId))
    this.error = error
    this.chosen = 0
    this.open = true
  }

  async #enter(): Promise<void> {
    await this.#search.settled()
    const person = this.found[this.chosen]
    if (this.open && person) this.#pick(person)
  }

  #close(): void {
    this.#search.cancel()
    this.open = false
  }

  #tellPicked(picked: readonly Person[]): void {
    this.picked = picked
    this.tell('people-picked', picked)
  }

  #pick(person: Person): void {
    const input = this.renderRoot.querySelector('input')
    if (input) input.value = ''
    this.#tellPicked([...this.picked, person])
    this.#close()
    this.focus()
  }

  readonly #keys = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && this.found.length > 0) this.chosen = (this.chosen + step + this.found.length) % this.found.length
    else if (event.key === 'Enter' && (this.open || input.value.trim() !== '')) void this.#enter()
    else if (event.key === 'Escape' && this.open) this.#close()
    else if (event.key === 'Backspace' && input.value === '' && this.picked.length > 0) this.#tellPicked(this.picked.slice(0, -1))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #chip(person: Person): TemplateResult {
    const drop = () => this.#tellPicked(this.picked.filter(({ userId }) => userId !== person.userId))
    return html`<span class="chip"><span translate="no">${person.name}</span>
      <button type="button" aria-label=${msg('people.drop', { name: person.name })} @click=${drop}>${icon('close', 14)}</button></span>`
  }

  #list(): TemplateResult | typeof nothing {
    if (!this.open) return nothing
    return html`<ul id="found" role="listbox" aria-label=${this.label}>${this.found.map(
      (person, index) => html`
      <li role="option" id="found-${index}" aria-selected=${index === this.chosen} @pointerdown=${(event: Event) => {
        event.preventDefault()
        this.#pick(person)
      }}>
        <avatar-disc uid=${person.userId} name=${person.name} size="26"></avatar-disc><span translate="no">${person.name}</span><small translate="no">${person.userId}</small></li>`,
    )}
      ${this.found.length === 0 ? html`<li role="option" aria-disabled="true" aria-selected="false" class="none">${this.error || msg('people.none')}</li>` : nothing}</ul>`
  }

  protected override render(): TemplateResult {
    return html`<div class="box">
      ${this.picked.map((person) => this.#chip(person))}
      <input role="combobox" aria-label=${this.label} placeholder=${this.picked.length === 0 ? msg('people.placeholder') : ''} autocomplete="off" spellcheck="false"
        aria-expanded=${this.open} aria-controls="found" aria-autocomplete="list" aria-activedescendant=${this.open && this.found.length > 0 ? `found-${this.chosen}` : nothing}
        @input=${this.#type} @focus=${this.#type} @keydown=${this.#keys} @blur=${() => this.#close()}>
    </div>${this.#list()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'people-picker': PeoplePicker
  }
}

customElements.define('people-picker', PeoplePicker)
