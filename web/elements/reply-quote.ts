import { css, html, type TemplateResult } from 'lit'
import { isRedacted } from '../matrix/event.ts'
import type { Room } from '../matrix/room.ts'
import { plainBody } from '../matrix/timeline-items.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'

/** The message that a reply answers, in a line; it leads there. */
export class ReplyQuote extends ChatElement {
  static override properties = { room: { attribute: false }, eventId: {} }
  static override styles = [
    controls,
    css`
    button {
      display: flex; gap: 6px; max-width: 100%; min-height: 24px; align-items: center; padding: 0 8px; margin: 1px 0 2px; border: 0; background: none;
      border-inline-start: 3px solid var(--line); color: var(--ink-soft); font-size: var(--small); text-align: start;
    }
    button:hover { border-color: var(--accent); color: var(--ink); }
    strong { font-weight: 600; flex: none; max-width: 40%; }
  `,
  ]
  declare room: Room
  declare eventId: string

  protected override render(): TemplateResult {
    const { room, eventId } = this
    const event = room.timeline.events.value.find((known) => known.event_id === eventId) ?? this.client.history.event(room, eventId).value
    if (event === undefined) return html`<button disabled>${msg('reply.loading')}</button>`
    if (event === null) return html`<button disabled>${msg('reply.unknown')}</button>`
    const text = isRedacted(event) ? msg('message.removed') : plainBody(event.content)
    return html`<button @click=${() => this.tell('show-event', eventId)} aria-label=${msg('reply.show', { name: room.nameOf(event.sender), text })}>
      <strong class="clip" translate="no">${room.nameOf(event.sender)}</strong><span class="clip" translate="no">${text}</span></button>`
  }
}

customElements.define('reply-quote', ReplyQuote)
