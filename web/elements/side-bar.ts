import { css, html, nothing, type TemplateResult } from 'lit'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'
import './avatar-disc.ts'
import './room-list.ts'

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

/** The side of the page: who one is, the search, the rooms, the ways to more of them. */
export class SideBar extends ChatElement {
  static override properties = { menuOpen: { state: true }, isAdmin: { state: true } }
  static override styles = [
    controls,
    css`
    :host { display: grid; grid-template-rows: auto auto minmax(0, 1fr) auto; background: var(--side); }
    header { display: flex; align-items: center; gap: 4px; padding: 10px 10px 8px 14px; }
    header h1 { font-size: 1.0625rem; letter-spacing: -0.01em; flex: 1; }
    .jump {
      margin: 0 10px 8px; padding: 6px 10px; display: flex; align-items: center; gap: 8px; text-align: start; min-height: 34px;
      border: 1px solid var(--line); border-radius: var(--radius-small); background: var(--ground); color: var(--ink-faint);
    }
    .jump:hover { border-color: var(--line-strong); }
    footer { position: relative; border-block-start: 1px solid var(--line); padding: 6px; }
    .me {
      display: flex; align-items: center; gap: 10px; width: 100%; padding: 6px 8px; border: 0; background: none;
      border-radius: var(--radius-small); text-align: start;
    }
    .me:hover { background: var(--hover); }
    .me div { display: grid; line-height: 1.25; }
    .me strong { font-weight: 600; }
    .me small { color: var(--ink-faint); font-size: var(--tiny); }
    .menu {
      position: absolute; inset-inline: 6px; inset-block-end: calc(100% + 4px); padding: 6px; z-index: 4; display: grid;
      background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
    }
    .menu button {
      display: flex; gap: 10px; align-items: center; padding: 8px; border: 0; background: none; border-radius: var(--radius-small); text-align: start; min-height: 36px;
    }
    .menu button:hover, .menu button:focus-visible { background: var(--hover); }
    .menu svg { color: var(--ink-soft); }
    @media (max-width: 760px) { .jump { min-height: 44px; } kbd { display: none; } .menu button { min-height: 44px; } }
  `,
  ]
  declare menuOpen: boolean
  declare isAdmin: boolean | undefined

  constructor() {
    super()
    this.menuOpen = false
  }

  readonly #toggle = () => {
    this.menuOpen = !this.menuOpen
    if (!this.menuOpen) return
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLButtonElement>('.menu button')?.focus())
    if (this.isAdmin === undefined) {
      this.client.gathering.isServerAdmin().then(
        (isAdmin) => {
          this.isAdmin = isAdmin
        },
        () => undefined,
      )
    }
  }

  readonly #menuKeys = (event: KeyboardEvent) => {
    const items = [...this.renderRoot.querySelectorAll<HTMLButtonElement>('.menu button')]
    const at = items.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement)
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      items.at((at + step) % items.length)?.focus()
    } else if (event.key === 'Escape') {
      this.menuOpen = false
      this.renderRoot.querySelector<HTMLButtonElement>('.me')?.focus()
    }
  }

  readonly #leaveMenu = (event: FocusEvent) => {
    const to = event.relatedTarget as Node | null
    if (!to || !(event.currentTarget as Node).contains(to)) this.menuOpen = false
  }

  #item(name: 'invite' | 'settings' | 'keys', drawing: TemplateResult, text: string): TemplateResult {
    const choose = () => {
      this.menuOpen = false
      this.tell('open-dialog', name)
    }
    return html`<button role="menuitem" @click=${choose}>${drawing}${text}</button>`
  }

  #menu(): TemplateResult {
    return html`<div class="menu" role="menu" aria-label=${msg('side.menu')} @keydown=${this.#menuKeys}>
      ${this.isAdmin ? this.#item('invite', icon('invite'), msg('side.invite')) : nothing}
      ${this.#item('settings', icon('gear'), msg('side.settings'))}
      ${this.#item('keys', icon('keys'), msg('side.keys'))}
      <button role="menuitem" @click=${this.#logOut}>${icon('exit')}${msg('side.logOut')}</button>
    </div>`
  }

  readonly #logOut = () => {
    const pending = this.client.queue.entries.value.filter((entry) => entry.state !== 'sent').length
    const yes = () => this.tell('log-out')
    if (pending > 0) this.confirm({ text: msg('side.logOutPending', { count: pending }), deed: msg('side.logOut'), yes })
    else yes()
  }

  protected override render(): TemplateResult {
    const { client } = this
    const name = client.people.ownName.value
    return html`
      <header>
        <h1>${msg('app.name')}</h1>
        <button class="icon" aria-label=${msg('side.browse')} title=${msg('side.browse')} @click=${() => this.tell('open-dialog', 'browse')}>${icon('compass', 20)}</button>
        <button class="icon" aria-label=${msg('side.create')} title=${msg('side.create')} @click=${() => this.tell('open-dialog', 'create')}>${icon('plus', 20)}</button>
        <button class="icon" aria-label=${msg('side.newChat')} title=${msg('side.newChat')} @click=${() => this.router.go({ name: 'new' })}>${icon('write', 20)}</button>
      </header>
      <button class="jump" @click=${() => this.tell('open-dialog', 'switcher')}>
        ${icon('search', 16)}<span class="grow">${msg('side.jump')}</span><kbd>${isApple ? msg('keys.commandK') : msg('keys.ctrlK')}</kbd>
      </button>
      <room-list></room-list>
      <footer @focusout=${this.#leaveMenu}>
        ${this.menuOpen ? this.#menu() : nothing}
        <button class="me" aria-haspopup="menu" aria-expanded=${this.menuOpen} @click=${this.#toggle}>
          <avatar-disc uid=${client.me} name=${name} size="32"></avatar-disc>
          <div class="grow" translate="no"><strong class="clip">${name}</strong><small class="clip">${client.me}</small></div>
          ${icon('more')}
        </button>
      </footer>`
  }
}

customElements.define('side-bar', SideBar)
