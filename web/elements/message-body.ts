import { html, type nothing, type TemplateResult } from 'lit'
import { textOf } from '../matrix/event.ts'
import type { Room } from '../matrix/room.ts'
import { type MessageItem, plainBody } from '../matrix/timeline-items.ts'
import { msg } from '../strings/msg.ts'
import { icon } from './icon.ts'
import { isEmojiOnly, richText } from './rich-text.ts'

const fileTypes = new Set(['m.image', 'm.file', 'm.audio', 'm.video'])

/** What a message says, with `status` behind it. */
export const messageBody = (item: MessageItem, room: Room, me: string, status: TemplateResult | typeof nothing): TemplateResult => {
  if (item.redacted) return html`<div class="body gone">${msg('message.removed')}</div>`
  if (item.type === 'm.room.encrypted') return html`<div class="body gone">${msg('message.encrypted')}</div>`
  const type = textOf(item.content, 'msgtype') ?? ''
  if (fileTypes.has(type) || item.type === 'm.sticker') {
    return html`<div class="body"><span class="file" title=${msg('message.fileHint')}>${icon('file')}<span translate="no">${plainBody(item.content)}</span></span></div>`
  }
  const state = item.state === 'sending' ? 'sending' : ''
  const big = isEmojiOnly(plainBody(item.content)) ? 'big' : ''
  const who = type === 'm.emote' ? html`<em translate="no">${room.nameOf(item.sender)} </em>` : ''
  return html`<div class="body ${state} ${big}">${who}<span translate="no">${richText(item.content, me)}</span>${status}</div>`
}
