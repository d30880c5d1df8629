import { css, html, nothing, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { type Member, mayRemove, maySend, powerOf, roleOf } from '../matrix/room-state.ts'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import { sayError } from './sign-in-page.ts'
import './avatar-disc.ts'

const levels = { owner: 100, admin: 50, member: 0 } as const

/** One participant with role and deeds. */
export class MemberRow extends ChatElement {
  static override properties = { room: { attribute: false }, member: { attribute: false }, open: { state: true }, busy: { state: true } }
  static override styles = [
    controls,
    css`
    .line { display: flex; gap: 10px; align-items: center; padding: 4px 8px; min-height: 40px; border-radius: var(--radius-small); }
    .line:hover { background: var(--hover); }
    .who { display: grid; line-height: 1.25; }
    small { font-size: var(--tiny); color: var(--ink-faint); }
    .deeds { display: flex; flex-wrap: wrap; gap: 6px; padding: 4px 8px 8px 50px; }
  `,
  ]
  declare room: Room
  declare member: Member
  declare open: boolean
  declare busy: boolean

  constructor() {
    super()
    this.open = false
    this.busy = false
  }

  async #attempt(deed: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await deed()
      this.open = false
    } catch (error) {
      this.tell('member-error', sayError(error))
    }
    this.busy = false
  }

  readonly #remove = () => {
    const name = this.room.nameOf(this.member.userId)
    const yes = () => void this.#attempt(() => this.client.gathering.remove(this.room, this.member.userId))
    this.confirm({ text: msg('member.confirmRemove', { name }), deed: msg('member.remove'), yes })
  }

  readonly #message = () =>
    this.#attempt(async () => {
      const roomId = await this.client.gathering.openDirect([this.member.userId])
      this.router.go({ name: 'room', roomId })
    })

  /** Roles that the reader may give to this member: at most his own, and not to his equals. */
  #roles(): ('owner' | 'admin' | 'member')[] {
    const state = this.room.state.value
    const own = powerOf(state, this.client.me)
    const isOver = own > powerOf(state, this.member.userId) || this.member.userId === this.client.me
    if (this.room.kind.value === 'dm' || !isOver || !maySend(state, this.client.me, 'm.room.power_levels', true)) return []
    return (['owner', 'admin', 'member'] as const).filter((role) => levels[role] <= own && role !== roleOf(state, this.member.userId))
  }

  #deeds(): TemplateResult {
    const { room, member, client } = this
    const isMe = member.userId === client.me
    return html`<div class="deeds">
      ${isMe || room.kind.value === 'dm' ? nothing : html`<button class="quiet" ?disabled=${this.busy} @click=${this.#message}>${msg('member.message')}</button>`}
      ${this.#roles().map((role) => html`<button class="quiet" ?disabled=${this.busy} @click=${() => this.#attempt(() => client.gathering.setLevel(room, member.userId, levels[role]))}>${msg(`member.make_${role}`)}</button>`)}
      ${mayRemove(room.state.value, client.me, member.userId) ? html`<button class="quiet danger" ?disabled=${this.busy} @click=${this.#remove}>${msg('member.remove')}</button>` : nothing}
    </div>`
  }

  protected override render(): TemplateResult {
    const { room, member, client } = this
    const name = room.nameOf(member.userId)
    const isMe = member.userId === client.me
    const role = roleOf(room.state.value, member.userId)
    const notes = [
      member.membership === 'invite' ? msg('member.invited') : '',
      room.kind.value !== 'dm' && role !== 'member' ? msg(`member.${role}`) : '',
      isMe ? msg('member.you') : '',
    ].filter(Boolean)
    const hasDeeds = room.membership.value === 'join' && (!isMe || this.#roles().length > 0) && !(room.kind.value === 'dm')
    return html`<div class="line">
      <avatar-disc uid=${member.userId} name=${name} size="30"></avatar-disc>
      <div class="who grow"><span class="clip" translate="no">${name}</span><small class="clip">${notes.length > 0 ? notes.join(' · ') : html`<span translate="no">${member.userId}</span>`}</small></div>
      ${
        hasDeeds
          ? html`<button class="icon" aria-label=${msg('member.deeds', { name })} aria-expanded=${this.open} @click=${() => {
              this.open = !this.open
            }}>${icon('more')}</button>`
          : nothing
      }
    </div>${this.open ? this.#deeds() : nothing}`
  }
}

customElements.define('member-row', MemberRow)
