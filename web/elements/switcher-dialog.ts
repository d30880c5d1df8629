import { css, html, type TemplateResult } from 'lit'
import type { Person } from '../matrix/people.ts'
import { isUnread } from '../matrix/room-list.ts'
import type { Room } from '../matrix/room.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { markLabel, roomMark, roomName } from './room-mark.ts'
import { sayError } from './sign-in-page.ts'
import { createTypedSearch } from './typed-search.ts'
import './avatar-disc.ts'
import './modal-dialog.ts'

type Choice = { readonly room: Room } | { readonly person: Person }
const most = 12

/** Goes to a room or a person by a few letters. */
export class SwitcherDialog extends ChatElement {
  static override properties = { term: { state: true }, chosen: { state: true }, people: { state: true } }
  static override styles = [
    controls,
    css`
    input:not([type='radio'], [type='checkbox']) { border: 0; border-block-end: 1px solid var(--line); border-radius: 0; padding: 14px 18px; min-height: 50px; background: none; font-size: 1rem; }
    input:focus-visible { outline: 0; }
    ul { margin: 0; padding: 8px; list-style: none; max-height: 50dvh; overflow-y: auto; }
    li { display: flex; gap: 10px; align-items: center; padding: 6px 10px; min-height: 38px; border-radius: var(--radius-small); cursor: pointer; color: var(--ink-soft); }
    li[aria-selected='true'] { background: var(--accent-soft); color: var(--accent-soft-ink); }
    li.new { color: var(--ink); font-weight: 650; }
    small { color: var(--ink-faint); font-size: var(--tiny); font-weight: 400; }
    li[aria-selected='true'] small { color: inherit; }
    .mark { width: 24px; display: grid; place-items: center; }
    .none { padding: 16px; color: var(--ink-faint); }
  `,
  ]
  declare term: string
  declare chosen: number
  declare people: readonly Person[]
  readonly #search = createTypedSearch<Person>({
    find: async (term) => (term.trim() === '' ? [] : this.client.people.find(term)),
    show: (people) => {
      this.people = people
    },
    fail: () => {
      this.people = []
    },
    pauseMs: 0,
  })

  constructor() {
    super()
    this.term = ''
    this.chosen = 0
    this.people = []
  }

  #rooms(): Room[] {
    const term = this.term.trim().toLocaleLowerCase()
    const rank = (room: Room): number => {
      const name = roomName(room).toLocaleLowerCase()
      if (name.startsWith(term)) return 0
      return name.split(/[\s,-]+/).some((word) => word.startsWith(term)) ? 1 : name.includes(term) ? 2 : 3
    }
    const newness = (room: Room) => (isUnread({ unread: room.unread.current.value }) ? 1 : 0)
    return [...this.client.rooms.all.value.values()]
      .filter((room) => room.kind.value !== 'space' && room.membership.value === 'join' && room.state.value.size > 0 && rank(room) < 3)
      .filter((room) => this.client.succession.successor(room) === undefined)
      .sort((a, b) => rank(a) - rank(b) || newness(b) - newness(a) || b.activity.value - a.activity.value)
      .slice(0, most)
  }

  #choices(): Choice[] {
    const rooms = this.#rooms().map((room) => ({ room }))
    return [...rooms, ...(this.term.trim() === '' ? [] : this.people.slice(0, 6).map((person) => ({ person })))]
  }

  readonly #input = (event: InputEvent) => {
    this.term = (event.target as HTMLInputElement).value
    this.chosen = 0
    this.#search.ask(this.term)
  }

  // Rooms follow each key at once; people come from the server, and those on show may be the answer to fewer letters.
  async #enter(): Promise<void> {
    const choice = this.#choices()[this.chosen]
    if (choice && 'room' in choice) return this.#go(choice)
    await this.#search.settled()
    return this.#go(this.#choices()[this.chosen])
  }

  readonly #keys = (event: KeyboardEvent) => {
    const choices = this.#choices()
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && choices.length > 0) this.chosen = (this.chosen + step + choices.length) % choices.length
    else if (event.key === 'Enter') void this.#enter()
    else return
    event.preventDefault()
  }

  async #go(choice: Choice | undefined): Promise<void> {
    if (!choice) return
    try {
      const roomId = 'room' in choice ? choice.room.roomId : await this.client.gathering.openDirect([choice.person.userId])
      this.tell('close-dialog')
      this.router.go({ name: 'room', roomId })
    } catch (error) {
      this.tell('say', sayError(error))
    }
  }

  #choice(choice: Choice, index: number): TemplateResult {
    const pick = () => void this.#go(choice)
    const selected = index === this.chosen
    if ('person' in choice) {
      const { userId, name } = choice.person
      return html`<li role="option" id="choice-${index}" aria-selected=${selected} @click=${pick}><span class="mark"><avatar-disc uid=${userId} name=${name} size="22"></avatar-disc></span>
        <span class="clip grow" translate="no">${name}</span><small>${msg('switcher.person')}</small></li>`
    }
    const { room } = choice
    return html`<li role="option" id="choice-${index}" aria-selected=${selected} class=${isUnread({ unread: room.unread.current.value }) ? 'new' : ''} @click=${pick}>
      <span class="mark">${roomMark(room, this.client.me)}</span><span class="clip grow" translate="no">${roomName(room)}</span><small>${markLabel(room)}</small></li>`
  }

  protected override updated(): void {
    this.renderRoot.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }

  protected override render(): TemplateResult {
    const choices = this.#choices()
    return html`<modal-dialog bare heading=${msg('switcher.title')}>
      <input autofocus role="combobox" aria-label=${msg('switcher.title')} placeholder=${msg('switcher.placeholder')} autocomplete="off" spellcheck="false"
        aria-expanded="true" aria-controls="choices" aria-activedescendant=${choices.length > 0 ? `choice-${this.chosen}` : ''} @input=${this.#input} @keydown=${this.#keys}>
      <ul id="choices" role="listbox" aria-label=${msg('switcher.title')}>${choices.map((choice, index) => this.#choice(choice, index))}
        ${choices.length === 0 ? html`<li class="none" role="option" aria-disabled="true" aria-selected="false">${msg('switcher.none')}</li>` : ''}</ul>
    </modal-dialog>`
  }
}

customElements.define('switcher-dialog', SwitcherDialog)
