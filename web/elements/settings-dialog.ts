import { css, html, nothing, type TemplateResult } from 'lit'
import type { Choices } from '../matrix/preferences.ts'
import type { SignIn } from '../matrix/sign-in.ts'
import { type MessageKey, msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import './modal-dialog.ts'

interface Question<K extends keyof Choices> {
  readonly name: K
  readonly label: MessageKey
  readonly answers: readonly (readonly [Choices[K], MessageKey])[]
}

const questions: readonly (Question<'theme'> | Question<'send_key'> | Question<'list_sort'> | Question<'read_receipts'>)[] = [
  {
    name: 'theme',
    label: 'settings.theme',
    answers: [
      ['system', 'settings.themeSystem'],
      ['light', 'settings.themeLight'],
      ['dark', 'settings.themeDark'],
    ],
  },
  {
    name: 'send_key',
    label: 'settings.sendKey',
    answers: [
      ['enter', 'settings.sendEnter'],
      ['ctrl_enter', 'settings.sendCtrl'],
    ],
  },
  {
    name: 'list_sort',
    label: 'settings.sort',
    answers: [
      ['unread', 'settings.sortUnread'],
      ['recent', 'settings.sortRecent'],
    ],
  },
  {
    name: 'read_receipts',
    label: 'settings.receipts',
    answers: [
      ['public', 'settings.receiptsPublic'],
      ['private', 'settings.receiptsPrivate'],
    ],
  },
]

/** One's name, choices and password. */
export class SettingsDialog extends DeedElement {
  static override properties = { signIn: { attribute: false }, said: { state: true } }
  static override styles = [
    controls,
    css`
    .all { display: grid; gap: 18px; }
    form { display: grid; gap: 12px; }
    .pair { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px; align-items: end; }
    .choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; }
    h3 { font-size: var(--text); padding-block-start: 12px; border-block-start: 1px solid var(--line); }
    .said { color: var(--good); font-size: var(--small); }
  `,
  ]
  declare signIn: SignIn
  declare said: string

  constructor() {
    super()
    this.said = ''
  }

  async #save(deed: () => Promise<void>, said: string): Promise<void> {
    this.said = ''
    if (await this.attempt(deed)) this.said = said
  }

  #value(name: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? ''
  }

  readonly #rename = (event: SubmitEvent) => {
    event.preventDefault()
    void this.#save(() => this.client.people.rename(this.#value('name').trim()), msg('settings.nameSaved'))
  }

  readonly #password = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    void this.#save(async () => {
      await this.signIn.changePassword(this.#value('present'), this.#value('next'))
      form.reset()
    }, msg('settings.passwordSaved'))
  }

  #question({ name, label, answers }: (typeof questions)[number]): TemplateResult {
    const current = this.client.preferences.current.value[name]
    const choose = (event: Event) => {
      const change = { [name]: (event.target as HTMLSelectElement).value } as Partial<Choices>
      void this.#save(() => this.client.preferences.choose(change), '')
    }
    return html`<label class="field"><span>${msg(label)}</span><select name=${name} @change=${choose}>
      ${answers.map(([value, text]) => html`<option value=${value} ?selected=${value === current}>${msg(text)}</option>`)}</select></label>`
  }

  protected override render(): TemplateResult {
    return html`<modal-dialog heading=${msg('settings.title')}><div class="all">
      <form class="pair" @submit=${this.#rename}>
        <label class="field"><span>${msg('settings.name')}</span><input name="name" autocomplete="name" maxlength="200" required .value=${this.client.people.ownName.value}></label>
        <button class="quiet" ?disabled=${this.busy}>${msg('settings.save')}</button></form>
      <div class="choices">${questions.map((question) => this.#question(question))}</div>
      <div role="status">${this.said ? html`<p class="said">${this.said}</p>` : nothing}</div>
      ${this.alert()}
      <h3>${msg('settings.password')}</h3>
      <form @submit=${this.#password}>
        <input type="text" name="user" autocomplete="username" hidden .value=${this.client.me}>
        <label class="field"><span>${msg('settings.present')}</span><input name="present" type="password" autocomplete="current-password" required></label>
        <label class="field"><span>${msg('settings.next')}</span><input name="next" type="password" autocomplete="new-password" minlength="8" required></label>
        <p class="hint">${msg('settings.passwordHint')}</p>
        <div class="row end"><button class="quiet" ?disabled=${this.busy}>${msg('settings.change')}</button></div></form>
    </div></modal-dialog>`
  }
}

customElements.define('settings-dialog', SettingsDialog)
