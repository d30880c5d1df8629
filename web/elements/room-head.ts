import { css, html, nothing, type TemplateResult } from 'lit'
import { textOf } from '../matrix/event.ts'
import type { Room } from '../matrix/room.ts'
import { stateOf } from '../matrix/room-state.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { markLabel, roomMark, roomName } from './room-mark.ts'

/** The head of an open room: where one is, what it is about, who is there. */
export class RoomHead extends ChatElement {
  static override properties = { room: { attribute: false }, expanded: { type: Boolean } }
  static override styles = [
    controls,
    css`
    header { display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 6px 12px 6px 16px; border-block-end: 1px solid var(--line); }
    .mark { color: var(--ink-soft); display: grid; }
    h1 { font-size: 1rem; font-weight: 650; line-height: 1.3; max-width: 100%; }
    .title { display: grid; min-width: 0; }
    p { font-size: var(--small); color: var(--ink-faint); }
    .count { display: flex; gap: 6px; align-items: center; }
    .back { display: none; }
    @media (max-width: 760px) { header { padding-inline-start: 6px; } .back { display: inline-flex; } }
  `,
  ]
  declare room: Room
  declare expanded: boolean

  protected override render(): TemplateResult {
    const { room } = this
    const topic = textOf(stateOf(room.state.value, 'm.room.topic'), 'topic')
    const count = room.memberCount.value
    return html`<header>
      <button class="icon back" aria-label=${msg('room.back')} @click=${() => this.router.go({ name: 'home' })}>${icon('back', 22)}</button>
      <span class="mark" title=${markLabel(room)}>${roomMark(room, this.client.me, 20)}</span>
      <div class="title grow"><h1 class="clip" translate="no">${roomName(room)}</h1>${topic ? html`<p class="clip" translate="no" title=${topic}>${topic}</p>` : nothing}</div>
      <button class="quiet count" aria-expanded=${this.expanded} aria-label=${msg('room.details', { count })} title=${msg('room.details', { count })}
        @click=${() => this.tell('toggle-details')}>${icon('group', 16)}<span translate="no">${count}</span></button>
    </header>`
  }
}

customElements.define('room-head', RoomHead)
