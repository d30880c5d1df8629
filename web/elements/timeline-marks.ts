import { html, nothing, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { isOpen } from '../matrix/room-state.ts'
import type { MessageItem, TimelineItem } from '../matrix/timeline-items.ts'
import { dayName } from '../strings/dates.ts'
import { msg } from '../strings/msg.ts'
import { noticeText } from './notice-text.ts'
import { roomMark, roomName } from './room-mark.ts'

/** What stands between messages: days, the unread mark, gaps and notices. */
export const timelineMark = (item: Exclude<TimelineItem, MessageItem>, room: Room): TemplateResult => {
  switch (item.kind) {
    case 'day':
      return html`<div class="day" data-key=${item.key} role="separator"><span>${dayName(item.ts, Date.now())}</span></div>`
    case 'unread':
      return html`<div class="unread" data-key=${item.key} role="separator"><span>${msg('timeline.unread')}</span></div>`
    case 'upgrade':
      return html`<div class="day" data-key=${item.key} role="separator"><span>${msg('timeline.upgraded')}</span></div>`
    case 'gap':
      return html`<div class="gap" data-key=${item.key} data-gap=${item.eventId}>${msg('timeline.loading')}</div>`
    case 'notice':
      return html`<div class="notice" data-key=${item.key}><span translate="no">${noticeText(item.events, room)}</span></div>`
  }
}

const beginning = (room: Room, me: string): TemplateResult => {
  const name = roomName(room)
  const closed = isOpen(room.state.value) ? msg('timeline.beginningOpen') : msg('timeline.beginningClosed')
  return html`<div class="beginning"><span>${roomMark(room, me, 32)}</span><h2 translate="no">${name}</h2>
    <p>${room.kind.value === 'dm' ? msg('timeline.beginningDm', { name }) : closed}</p></div>`
}

/** What stands above the first message: that more is coming, that it could not be had (`again` tries), or the room's beginning. */
export const timelineTop = (
  room: Room,
  me: string,
  { isFirst, hasEarlier, again }: { readonly isFirst: boolean; readonly hasEarlier: boolean; readonly again: (() => void) | undefined },
): TemplateResult | typeof nothing => {
  const first = room.timeline.events.value[0]
  const loading = html`<div class="gap">${msg('timeline.loading')}</div>`
  if (!first) return room.membership.value === 'join' ? loading : nothing
  if (!isFirst) return nothing
  if (again)
    return html`<div class="gap">${msg('timeline.failed')} <button class="quiet" @click=${again}>${msg('timeline.again')}</button></div>`
  return hasEarlier ? loading : beginning(room, me)
}
