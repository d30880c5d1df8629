import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { type Mention, mentionsIn } from '../matrix/message-content.ts'
import type { Person } from '../matrix/people.ts'
import type { Room } from '../matrix/room.ts'
import { functionalMembers } from '../matrix/room-state.ts'
import { type MessageItem, plainBody } from '../matrix/timeline-items.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { composerStyles } from './composer-styles.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { matchPeople, mentionAt, type MentionQuery } from './mention-search.ts'
import { roomName } from './room-mark.ts'
import './emoji-button.ts'

const draftPauseMs = 300

/** Where one writes: a text that grows, people to mention, emoji; for a new message, a reply or an edit. */
export class MessageComposer extends ChatElement {
  static override properties = {
    room: { attribute: false },
    replyTo: { state: true },
    editing: { state: true },
    query: { state: true },
    choices: { state: true },
    chosen: { state: true },
    isEmpty: { state: true },
  }
  static override styles = [controls, composerStyles]
  declare room: Room
  declare replyTo: MessageItem | undefined
  declare editing: MessageItem | undefined
  declare query: MentionQuery | undefined
  declare choices: readonly Person[]
  declare chosen: number
  declare isEmpty: boolean
  #mentions: Mention[] = []
  /** What was being written when an edit began. */
  #setAside: { text: string; mentions: Mention[] } = { text: '', mentions: [] }
  #draftTimer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.choices = []
    this.chosen = 0
    this.isEmpty = true
  }

  override focus(): void {
    this.#area?.focus()
  }

  /** Begins an answer to the message. */
  startReply(item: MessageItem): void {
    if (this.editing) this.#cancel()
    this.replyTo = item
    this.focus()
  }

  /** Begins to change the message. */
  startEdit(item: MessageItem): void {
    if (!this.editing) this.#setAside = { text: this.#area?.value ?? '', mentions: this.#mentions }
    this.editing = item
    this.replyTo = undefined
    this.#mentions = mentionsIn(item.content, (userId) => this.room.nameOf(userId))
    this.#write(plainBody(item.content))
    this.focus()
  }

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea')
  }

  #write(text: string): void {
    const area = this.#area
    if (!area) return
    area.value = text
    this.isEmpty = text.trim() === ''
    this.#grow()
    area.setSelectionRange(text.length, text.length)
  }

  #grow(): void {
    const area = this.#area
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('room')) return
    const before = changed.get('room')
    if (before) this.#keepDraft(before)
    this.#cancel()
    this.#mentions = []
    this.#write('')
    const { room } = this
    void this.client.drafts.get(room.roomId).then((text) => {
      if (room === this.room && this.#area?.value === '') this.#write(text ?? '')
    })
    if (matchMedia('(pointer: fine)').matches) this.focus()
  }

  #keepDraft(room: Room): void {
    clearTimeout(this.#draftTimer)
    this.#draftTimer = undefined
    if (!this.editing) void this.client.drafts.put(room.roomId, this.#area?.value ?? '')
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.#draftTimer !== undefined) this.#keepDraft(this.room)
    this.client.reading.typing(this.room, false)
  }

  /** Ends a reply or an edit; what was written before the edit comes back. */
  #cancel(): void {
    this.replyTo = undefined
    this.query = undefined
    if (!this.editing) return
    this.editing = undefined
    this.#mentions = this.#setAside.mentions
    this.#write(this.#setAside.text)
  }

  readonly #input = () => {
    const area = this.#area
    if (!area) return
    this.#grow()
    this.isEmpty = area.value.trim() === ''
    this.#search()
    this.client.reading.typing(this.room, !this.isEmpty)
    clearTimeout(this.#draftTimer)
    const { room } = this
    this.#draftTimer = setTimeout(() => this.#keepDraft(room), draftPauseMs)
  }

  #people(): Person[] {
    const { room, client } = this
    const functional = functionalMembers(room.state.value)
    return [...room.members.value.values()]
      .filter(({ userId, membership }) => membership === 'join' && userId !== client.me && !functional.has(userId))
      .map(({ userId }) => ({ userId, name: room.nameOf(userId) }))
  }

  #search(): void {
    const area = this.#area
    this.query = area ? mentionAt(area.value, area.selectionStart) : undefined
    this.chosen = 0
    if (this.query && this.query.term === '') void this.#loadMembers()
    this.choices = this.query ? matchPeople(this.#people(), this.query.term) : []
  }

  /** All members, once somebody begins a mention and the room has shown only some of them. */
  async #loadMembers(): Promise<void> {
    const { room } = this
    if (this.#people().length + 1 >= room.memberCount.value) return
    await this.client.gathering.loadMembers(room).catch(() => undefined)
    if (this.query) this.choices = matchPeople(this.#people(), this.query.term)
  }

  #mention(person: Person): void {
    const area = this.#area
    if (!area || !this.query) return
    area.setRangeText(`@${person.name} `, this.query.start, area.selectionStart, 'end')
    this.#mentions = [...this.#mentions.filter(({ userId }) => userId !== person.userId), person]
    this.query = undefined
    this.choices = []
    this.#input()
    area.focus()
  }

  readonly #emoji = (event: CustomEvent<string>) => {
    const area = this.#area
    if (!area) return
    area.setRangeText(event.detail, area.selectionStart, area.selectionEnd, 'end')
    this.#input()
    area.focus()
  }

  readonly #send = () => {
    const { room, client, editing, replyTo } = this
    const text = this.#area?.value.trim() ?? ''
    if (text === '') return
    const mentions = this.#mentions
    if (!editing) void client.speech.say(room, text, mentions, replyTo?.eventId)
    else if (editing.eventId !== undefined && text !== plainBody(editing.content))
      void client.speech.edit(room, editing.eventId, text, mentions)
    if (!editing) {
      this.#mentions = []
      this.#write('')
    }
    this.#cancel()
    this.#keepDraft(room)
    client.reading.typing(room, false)
    this.focus()
  }

  /** Keys of the open list of people. `true`: the key is used up. */
  #listKeys(event: KeyboardEvent): boolean {
    if (!this.query || this.choices.length === 0) return false
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) this.chosen = (this.chosen + step + this.choices.length) % this.choices.length
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const person = this.choices[this.chosen]
      if (person) this.#mention(person)
    } else if (event.key === 'Escape') this.query = undefined
    else return false
    return true
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (this.#listKeys(event)) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    const withCommand = event.ctrlKey || event.metaKey
    const sends = this.client.preferences.current.value.send_key === 'enter' ? !event.shiftKey : withCommand
    if (event.key === 'Enter' && sends) {
      event.preventDefault()
      this.#send()
    } else if (event.key === 'ArrowUp' && this.#area?.value === '' && !this.editing) {
      event.preventDefault()
      this.tell('edit-last')
    } else if (event.key === 'Escape' && (this.editing || this.replyTo)) this.#cancel()
  }

  #banner(): TemplateResult | typeof nothing {
    const { editing, replyTo, room } = this
    if (!editing && !replyTo) return nothing
    const text = editing ? msg('composer.editing') : msg('composer.replying', { name: room.nameOf(replyTo?.sender ?? '') })
    return html`<div class="banner">${icon(editing ? 'pencil' : 'reply', 15)}<span class="clip grow">${text}
      ${replyTo ? html`<span class="quoted" translate="no">${plainBody(replyTo.content)}</span>` : nothing}</span>
      <button class="icon" aria-label=${msg('composer.cancel')} title=${msg('composer.cancel')} @click=${() => {
        this.#cancel()
        this.focus()
      }}>${icon('close', 16)}</button></div>`
  }

  #list(): TemplateResult | typeof nothing {
    if (!this.query || this.choices.length === 0) return nothing
    return html`<ul id="people" role="listbox" aria-label=${msg('composer.people')}>${this.choices.map(
      (person, index) => html`
      <li role="option" id="person-${index}" aria-selected=${index === this.chosen} @pointerdown=${(event: Event) => {
        event.preventDefault()
        this.#mention(person)
      }}>
        <avatar-disc uid=${person.userId} name=${person.name} size="22"></avatar-disc><span class="clip" translate="no">${person.name}</span>
        <small class="clip" translate="no">${person.userId}</small></li>`,
    )}</ul>`
  }

  protected override render(): TemplateResult {
    const { room } = this
    const isListOpen = this.query !== undefined && this.choices.length > 0
    const kind = room.kind.value
    const label = kind === 'dm' ? msg('composer.toPerson', { name: roomName(room) }) : msg('composer.toRoom', { name: roomName(room) })
    return html`<div class="box">
      ${this.#list()}${this.#banner()}
      <div class="line">
        <textarea rows="1" aria-label=${label} placeholder=${label} aria-autocomplete="list" aria-haspopup="listbox" aria-controls=${isListOpen ? 'people' : nothing}
          aria-activedescendant=${isListOpen ? `person-${this.chosen}` : nothing} enterkeyhint="send"
          @input=${this.#input} @keydown=${this.#keys} @click=${() => this.#search()} @blur=${() => {
            this.query = undefined
          }}></textarea>
        <span class="unseen" role="status">${isListOpen ? msg('composer.choices', { count: this.choices.length }) : nothing}</span>
        <emoji-button label=${msg('composer.emoji')} @pick-emoji=${this.#emoji}></emoji-button>
        <button class="icon send" aria-label=${msg('composer.send')} title=${msg('composer.send')} ?disabled=${this.isEmpty} @click=${this.#send}>${icon('send', 18)}</button>
      </div></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'message-composer': MessageComposer
  }
}

customElements.define('message-composer', MessageComposer)
