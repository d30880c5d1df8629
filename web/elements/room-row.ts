import { css, html, nothing, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { isUnread } from '../matrix/room-list.ts'
import { plainBody } from '../matrix/timeline-items.ts'
import { isRedacted } from '../matrix/event.ts'
import { msg } from '../strings/msg.ts'
import { shortWhen } from '../strings/dates.ts'
import { hashOf } from '../router.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { markLabel, roomMark, roomName } from './room-mark.ts'

/** One room in the list: mention, unread or quiet, each to be told apart without colour. */
export class RoomRow extends ChatElement {
  static override properties = { room: { attribute: false }, current: { type: Boolean, reflect: true } }
  static override shadowRootOptions = { mode: 'open' as const, delegatesFocus: true }
  static override styles = [
    controls,
    css`
    :host { display: block; }
    a {
      display: grid; grid-template-columns: 24px minmax(0, 1fr) auto; align-items: center; column-gap: 8px; padding: 4px 8px; min-height: 32px;
      border-radius: var(--radius-small); color: var(--ink-soft); text-decoration: none;
    }
    a:hover { background: var(--hover); }
    a:focus-visible { outline-offset: -2px; }
    :host([current]) a { background: var(--accent-soft); color: var(--accent-soft-ink); font-weight: 600; }
    @media (forced-colors: active) { :host([current]) a { outline: 2px solid Highlight; outline-offset: -2px; } }
    .mark { display: grid; place-items: center; color: inherit; }
    .unread { color: var(--ink); font-weight: 650; }
    .badge {
      min-width: 20px; height: 18px; padding: 0 6px; border-radius: 9px; display: grid; place-items: center; font-size: var(--tiny); font-weight: 700;
      background: var(--press); color: var(--ink); font-variant-numeric: tabular-nums;
    }
    .badge.mention { background: var(--mention); color: var(--mention-ink); }
    .preview, .when { display: none; font-size: var(--small); font-weight: 400; color: var(--ink-faint); }
    .end { display: flex; gap: 6px; align-items: center; color: var(--ink-faint); }
    @media (max-width: 760px) {
      a { min-height: 56px; grid-template-columns: 28px minmax(0, 1fr) auto; column-gap: 12px; padding: 6px 10px; }
      .preview, .when { display: block; }
      .end { display: grid; justify-items: end; gap: 3px; align-content: center; }
    }
  `,
  ]
  declare room: Room | undefined
  declare current: boolean

  #preview(room: Room): string {
    if (room.membership.value === 'invite') return msg('list.invited')
    const last = room.lastMessage.value
    if (!last) return ''
    if (isRedacted(last)) return msg('message.removed')
    const body = plainBody(last.content)
    return room.kind.value === 'dm' && last.sender !== this.client.me ? body : `${room.nameOf(last.sender)}: ${body}`
  }

  protected override render(): TemplateResult | typeof nothing {
    const { room } = this
    if (!room) return nothing
    const unread = this.client.succession.unread(room)
    const isNew = isUnread({ unread }) || room.membership.value === 'invite'
    const failed = room.outbox.value.some((entry) => entry.state === 'failed')
    const label = [
      markLabel(room),
      unread.mentions > 0 ? msg('list.mentions', { count: unread.mentions }) : '',
      unread.messages > 0 ? msg('list.messages', { count: unread.messages }) : '',
      failed ? msg('message.failed') : '',
    ]
      .filter(Boolean)
      .join(', ')
    const last = room.lastMessage.value
    return html`<a href=${hashOf({ name: 'room', roomId: room.roomId })} aria-current=${this.current ? 'page' : nothing} class=${isNew ? 'unread' : ''}>
      <span class="mark">${roomMark(room, this.client.me)}</span>
      <span class="grow"><span class="clip" style="display:block" translate="no">${roomName(room)}</span>
        <span class="clip preview" translate="no" aria-hidden="true">${this.#preview(room)}</span></span>
      <span class="unseen">${label}</span>
      <span class="end" aria-hidden="true">
        ${last ? html`<time class="when">${shortWhen(last.origin_server_ts, Date.now())}</time>` : nothing}
        ${failed ? warn : nothing}
        ${
          unread.mentions > 0
            ? html`<span class="badge mention">@${unread.mentions}</span>`
            : unread.messages > 0
              ? html`<span class="badge">${unread.messages > 99 ? '99+' : unread.messages}</span>`
              : nothing
        }
      </span>
    </a>`
  }
}

const warn = html`<svg width="15" height="15" viewBox="0 0 24 24" fill="none" stroke="var(--danger)" stroke-width="2.2" stroke-linecap="round"><path d="M12 4 2.8 19.500h18.400zM12 10v4.500M12 17v.01"/></svg>`

customElements.define('room-row', RoomRow)
