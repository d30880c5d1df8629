import { html, nothing, type TemplateResult } from 'lit'
import { objectOf, relationOf, textsOf } from '../matrix/event.ts'
import type { Reaction } from '../matrix/relations.ts'
import type { Room } from '../matrix/room.ts'
import { isClosed, maySend, neededFor, powerOf } from '../matrix/room-state.ts'
import { type MessageItem, plainBody } from '../matrix/timeline-items.ts'
import { fullWhen, timeOfDay } from '../strings/dates.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon, type IconName } from './icon.ts'
import { messageBody } from './message-body.ts'
import { messageStyles } from './message-styles.ts'
import './avatar-disc.ts'
import './emoji-button.ts'
import './reply-quote.ts'

const sameItem = (a: MessageItem, b: MessageItem | undefined): boolean =>
  b !== undefined &&
  a.content === b.content &&
  a.state === b.state &&
  a.edited === b.edited &&
  a.redacted === b.redacted &&
  a.continued === b.continued &&
  a.eventId === b.eventId &&
  a.entryId === b.entryId &&
  a.reason === b.reason &&
  JSON.stringify(a.reactions) === JSON.stringify(b.reactions)

const sameList = (a: readonly string[], b: readonly string[] | undefined): boolean => a.join() === b?.join()
const readersShown = 5

/** One message with everything that can be done to it. */
export class MessageElement extends ChatElement {
  static override properties = {
    item: { attribute: false, hasChanged: (next: MessageItem, before?: MessageItem) => !sameItem(next, before) },
    room: { attribute: false },
    readers: { attribute: false, hasChanged: (next: string[], before?: string[]) => !sameList(next, before) },
    picking: { type: Boolean, reflect: true },
  }
  static override styles = [controls, messageStyles]
  declare item: MessageItem
  declare room: Room
  declare readers: readonly string[]
  declare picking: boolean

  constructor() {
    super()
    this.readers = []
    this.setAttribute('role', 'article')
  }

  protected override willUpdate(): void {
    const { item, room, client } = this
    const mentions = objectOf(item.content, 'm.mentions')
    const isMentioned = !item.mine && (textsOf(mentions, 'user_ids').includes(client.me) || mentions?.['room'] === true)
    this.toggleAttribute('mentioned', isMentioned)
    this.toggleAttribute('continued', item.continued)
    this.toggleAttribute('seen', this.readers.length > 0)
    const text = item.redacted ? msg('message.removed') : plainBody(item.content)
    this.setAttribute('aria-label', msg('message.label', { name: room.nameOf(item.sender), time: timeOfDay(item.ts), text }))
  }

  readonly #react = (key: string) => {
    const { item, room, client } = this
    if (item.eventId === undefined) return
    const present = item.reactions.find((reaction) => reaction.key === key)
    void client.speech.react(room, item.eventId, key, present)
  }

  readonly #picked = (event: CustomEvent<string>) => this.#react(event.detail)

  readonly #remove = () => {
    const { item, room, client } = this
    const { eventId } = item
    if (eventId === undefined) return
    this.confirm({ text: msg('message.confirmRemove'), deed: msg('message.remove'), yes: () => void client.speech.remove(room, eventId) })
  }

  #may(): { react: boolean; reply: boolean; edit: boolean; remove: boolean } {
    const { item, room, client } = this
    const state = room.state.value
    const isThere = room.membership.value === 'join' && item.eventId !== undefined && !item.redacted && item.state !== 'failed'
    const reply = isThere && !isClosed(state) && maySend(state, client.me, 'm.room.message')
    const mayRedact = item.mine || powerOf(state, client.me) >= neededFor(state, 'redact')
    return {
      react: isThere && maySend(state, client.me, 'm.reaction'),
      reply,
      edit: reply && item.mine && item.type === 'm.room.message',
      remove: isThere && mayRedact && maySend(state, client.me, 'm.room.redaction'),
    }
  }

  #tool(name: IconName, label: string, deed: () => void): TemplateResult {
    return html`<button aria-label=${label} title=${label} @click=${deed}>${icon(name, 17)}</button>`
  }

  #tools(): TemplateResult | typeof nothing {
    const { item } = this
    const may = this.#may()
    if (!may.react && !may.reply && !may.remove) return nothing
    const quick = this.client.features.value.quickReactions.slice(0, 3)
    return html`<div class="tools" role="toolbar" aria-label=${msg('message.tools')}>
      ${
        may.react
          ? html`${quick.map(
              (
                key,
              ) => html`<button translate="no" aria-label=${msg('message.reactWith', { key })} title=${msg('message.reactWith', { key })}
          @click=${() => this.#react(key)}>${key}</button>`,
            )}
        <emoji-button label=${msg('message.react')} @picking=${(event: CustomEvent<boolean>) => {
          this.picking = event.detail
        }} @pick-emoji=${this.#picked}></emoji-button>`
          : nothing
      }
      ${may.reply ? this.#tool('reply', msg('message.reply'), () => this.tell('reply-to', item)) : nothing}
      ${may.edit ? this.#tool('pencil', msg('message.edit'), () => this.tell('edit-message', item)) : nothing}
      ${may.remove ? this.#tool('bin', msg('message.remove'), this.#remove) : nothing}
    </div>`
  }

  #reaction({ key, senders, mine }: Reaction): TemplateResult {
    const names = senders.map((userId) => this.room.nameOf(userId)).join(', ')
    const label = msg('message.reaction', { key, names, count: senders.length })
    return html`<button aria-pressed=${mine !== undefined} aria-label=${label} title=${names} @click=${() => this.#react(key)}>
      <span translate="no">${key}</span><span translate="no">${senders.length}</span></button>`
  }

  #failed(): TemplateResult | typeof nothing {
    const { item, client } = this
    const { entryId } = item
    if (item.state !== 'failed' || entryId === undefined) return nothing
    return html`<div class="failed">${icon('warn', 15)}<span>${msg('message.failed')} <span translate="no">${item.reason ?? ''}</span></span>
      <button @click=${() => client.queue.retry(entryId)}>${msg('message.retry')}</button>
      <button @click=${() => client.queue.discard(entryId)}>${msg('message.discard')}</button></div>`
  }

  #readers(): TemplateResult | typeof nothing {
    const { readers, room } = this
    if (readers.length === 0) return nothing
    const names = readers.map((userId) => room.nameOf(userId))
    const label = msg('message.seenBy', { names: names.join(', ') })
    return html`<div class="readers" role="img" aria-label=${label} title=${label}>
      ${readers.slice(0, readersShown).map((userId) => html`<avatar-disc uid=${userId} name=${room.nameOf(userId)} size="15"></avatar-disc>`)}
      ${readers.length > readersShown ? html`<span translate="no">+${readers.length - readersShown}</span>` : nothing}
    </div>`
  }

  #status(): TemplateResult | typeof nothing {
    const { item } = this
    if (item.state === 'sending') return html` <span class="note">${msg('message.sending')}</span>`
    return item.edited ? html` <span class="note">${msg('message.edited')}</span>` : nothing
  }

  protected override render(): TemplateResult {
    const { item, room } = this
    const name = room.nameOf(item.sender)
    const time = html`<time datetime=${new Date(item.ts).toISOString()} title=${fullWhen(item.ts)}>${timeOfDay(item.ts)}</time>`
    const replyTo = item.replyTo ?? relationOf(room.timeline.get(item.eventId ?? '')?.content ?? {}).replyTo
    return html`<div class="grid">
      <div class="side">${item.continued ? time : html`<avatar-disc uid=${item.sender} name=${name} size="36"></avatar-disc>`}</div>
      <div>
        ${item.continued ? nothing : html`<div class="head"><strong class="clip" translate="no">${name}</strong>${time}</div>`}
        ${replyTo && !item.redacted ? html`<reply-quote .room=${room} eventId=${replyTo}></reply-quote>` : nothing}
        ${messageBody(item, room, this.client.me, this.#status())}
        ${this.#failed()}
        ${item.reactions.length > 0 ? html`<div class="reactions">${item.reactions.map((reaction) => this.#reaction(reaction))}</div>` : nothing}
      </div>
    </div>${this.#readers()}${this.#tools()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'message-item': MessageElement
  }
}

customElements.define('message-item', MessageElement)
