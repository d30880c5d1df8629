import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { textOf } from '../matrix/event.ts'
import type { Person } from '../matrix/people.ts'
import type { Room } from '../matrix/room.ts'
import { functionalMembers, maySend, mayUpgrade, neededFor, powerOf, stateOf } from '../matrix/room-state.ts'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import { icon } from './icon.ts'
import { roomName } from './room-mark.ts'
import './member-row.ts'
import './people-picker.ts'

/** A room's details: name, topic, participants and what one may do to them, and the way out. */
export class DetailsPanel extends DeedElement {
  static override properties = {
    room: { attribute: false },
    editing: { state: true },
    adding: { state: true },
    people: { state: true },
  }
  static override styles = [
    controls,
    css`
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); background: var(--ground); }
    header { display: flex; align-items: center; padding: 8px 8px 4px 16px; }
    header h2 { font-size: var(--text); flex: 1; }
    .scroll { overflow-y: auto; padding: 4px 16px 20px; display: grid; gap: 18px; align-content: start; }
    section { display: grid; gap: 8px; }
    .top { display: flex; align-items: center; gap: 6px; min-height: 32px; }
    .top h3 { font-size: var(--small); color: var(--ink-soft); flex: 1; }
    .name { font-size: 1.0625rem; font-weight: 650; overflow-wrap: anywhere; }
    .topic { color: var(--ink-soft); overflow-wrap: anywhere; white-space: pre-wrap; }
    form { display: grid; gap: 10px; }
    ul { list-style: none; margin: 0 -8px; padding: 0; }
  `,
  ]
  declare room: Room
  declare editing: boolean
  declare adding: boolean
  declare people: readonly Person[]

  constructor() {
    super()
    this.editing = false
    this.adding = false
    this.people = []
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) void this.client.gathering.loadMembers(this.room).catch(() => undefined)
  }

  #topic(): string {
    return textOf(stateOf(this.room.state.value, 'm.room.topic'), 'topic') ?? ''
  }

  readonly #describe = async (event: SubmitEvent) => {
    event.preventDefault()
    const value = (field: string) => this.renderRoot.querySelector<HTMLInputElement>(`[name=${field}]`)?.value.trim() ?? ''
    const name = value('name')
    const topic = value('topic')
    const oldName = textOf(stateOf(this.room.state.value, 'm.room.name'), 'name') ?? ''
    const change = { ...(name !== oldName && { name }), ...(topic !== this.#topic() && { topic }) }
    if (await this.attempt(() => this.client.gathering.describe(this.room, change))) this.editing = false
  }

  readonly #add = async (event: SubmitEvent) => {
    event.preventDefault()
    const added = await this.attempt(() =>
      this.client.gathering.invite(
        this.room,
        this.people.map(({ userId }) => userId),
      ),
    )
    if (!added) return
    this.adding = false
    this.people = []
  }

  readonly #leave = () => {
    const yes = async () => {
      if (await this.attempt(() => this.client.gathering.leave(this.room))) this.router.go({ name: 'home' })
    }
    this.confirm({ text: msg('details.confirmLeave', { name: roomName(this.room) }), deed: msg('details.leave'), yes: () => void yes() })
  }

  readonly #upgrade = (version: string) => {
    const yes = () => void this.attempt(() => this.client.gathering.upgrade(this.room, version))
    this.confirm({ text: msg('details.confirmUpgrade', { name: roomName(this.room) }), deed: msg('details.upgrade'), yes })
  }

  #upgrader(): TemplateResult | typeof nothing {
    const { room, client } = this
    const version = client.features.value.roomVersion
    if (version === undefined || room.membership.value !== 'join' || !mayUpgrade(room.state.value, client.me, version)) return nothing
    return html`<section><p class="topic">${msg('details.upgradeHint')}</p>
      <button class="quiet" ?disabled=${this.busy} @click=${() => this.#upgrade(version)}>${icon('up', 16)}${msg('details.upgrade')}</button></section>`
  }

  #about(): TemplateResult {
    const { room, client } = this
    const isDm = room.kind.value === 'dm'
    const may = !isDm && room.membership.value === 'join' && maySend(room.state.value, client.me, 'm.room.name', true)
    if (this.editing) {
      return html`<form @submit=${this.#describe}>
        <label class="field"><span>${msg('details.name')}</span><input name="name" maxlength="255" .value=${textOf(stateOf(room.state.value, 'm.room.name'), 'name') ?? ''}></label>
        <label class="field"><span>${msg('details.topic')}</span><input name="topic" maxlength="1000" .value=${this.#topic()}></label>
        <div class="row end"><button type="button" class="quiet" @click=${() => {
          this.editing = false
        }}>${msg('details.cancel')}</button><button class="button" ?disabled=${this.busy}>${msg('settings.save')}</button></div></form>`
    }
    return html`<section><div class="top"><p class="name grow" translate="no">${roomName(room)}</p>
      ${
        may
          ? html`<button class="icon" aria-label=${msg('details.rename')} title=${msg('details.rename')} @click=${() => {
              this.editing = true
            }}>${icon('pencil', 16)}</button>`
          : nothing
      }</div>
      ${this.#topic() ? html`<p class="topic" translate="no">${this.#topic()}</p>` : nothing}</section>`
  }

  #adder(): TemplateResult | typeof nothing {
    if (!this.adding) return nothing
    const members = [...this.room.members.value.values()].filter(({ membership }) => membership === 'join').map(({ userId }) => userId)
    return html`<form @submit=${this.#add}>
      <people-picker label=${msg('details.addPeople')} .without=${members} @people-picked=${(event: CustomEvent<Person[]>) => {
        this.people = event.detail
      }}></people-picker>
      <div class="row end"><button type="button" class="quiet" @click=${() => {
        this.adding = false
      }}>${msg('details.cancel')}</button>
        <button class="button" ?disabled=${this.busy || this.people.length === 0}>${msg('details.add')}</button></div></form>`
  }

  #members(): TemplateResult {
    const { room, client } = this
    const functional = functionalMembers(room.state.value)
    const present = [...room.members.value.values()]
      .filter(({ userId, membership }) => !functional.has(userId) && (membership === 'join' || membership === 'invite'))
      .sort(
        (a, b) =>
          powerOf(room.state.value, b.userId) - powerOf(room.state.value, a.userId) ||
          room.nameOf(a.userId).localeCompare(room.nameOf(b.userId)),
      )
    const mayAdd =
      room.kind.value !== 'dm' &&
      room.membership.value === 'join' &&
      powerOf(room.state.value, client.me) >= neededFor(room.state.value, 'invite')
    return html`<section><div class="top"><h3>${msg('details.members', { count: present.length })}</h3>
      ${
        mayAdd && !this.adding
          ? html`<button class="quiet" @click=${() => {
              this.adding = true
            }}>${icon('invite', 16)}${msg('details.add')}</button>`
          : nothing
      }</div>
      ${this.#adder()}
      <ul>${present.map(
        (member) =>
          html`<li><member-row .room=${room} .member=${member} @member-error=${(event: CustomEvent<string>) => {
            this.error = event.detail
          }}></member-row></li>`,
      )}</ul></section>`
  }

  protected override render(): TemplateResult {
    // What everybody must read, nobody can leave.
    const isMandatory = stateOf(this.room.state.value, 'chat.hallway.policy')?.['mandatory'] === true
    const mayLeave = this.room.membership.value === 'join' && !isMandatory
    return html`<header><h2>${msg('details.title')}</h2><button class="icon" aria-label=${msg('details.close')} @click=${() => this.tell('close-details')}>${icon('close')}</button></header>
      <div class="scroll">
        ${this.alert()}
        ${this.#about()}${this.#members()}${this.#upgrader()}
        ${mayLeave ? html`<button class="quiet danger" ?disabled=${this.busy} @click=${this.#leave}>${icon('exit', 16)}${msg('details.leave')}</button>` : nothing}
      </div>`
  }
}

customElements.define('details-panel', DetailsPanel)
