import { css, html, nothing, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'

/** Who is typing. */
export class TypingLine extends ChatElement {
  static override properties = { room: { attribute: false } }
  static override styles = css`
    :host { display: block; height: 20px; padding: 0 20px; font-size: var(--tiny); color: var(--ink-faint); overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
    i { display: inline-block; width: 4px; height: 4px; margin-inline-end: 3px; border-radius: 50%; background: currentColor; animation: breathe 1.2s infinite; }
    i:nth-of-type(2) { animation-delay: 0.2s; }
    i:nth-of-type(3) { animation-delay: 0.4s; margin-inline-end: 7px; }
    @keyframes breathe { 0%, 60%, 100% { opacity: 0.35; } 30% { opacity: 1; } }
    @media (prefers-reduced-motion: reduce) { i { animation: none; } }
  `
  declare room: Room

  protected override render(): TemplateResult | typeof nothing {
    const names = this.room.typing.value.map((userId) => this.room.nameOf(userId))
    const [first = '', second = ''] = names
    if (names.length === 0) return nothing
    const text =
      names.length === 1 ? msg('typing.one', { first }) : names.length === 2 ? msg('typing.two', { first, second }) : msg('typing.many')
    return html`<span aria-hidden="true"><i></i><i></i><i></i></span><span>${text}</span>`
  }
}

customElements.define('typing-line', TypingLine)
