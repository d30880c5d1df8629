import { css, html, nothing, type TemplateResult } from 'lit'
import { CallError } from '../matrix/call-error.ts'
import { aliasFor, isListed, type Plan } from '../matrix/gathering.ts'
import type { Person } from '../matrix/people.ts'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import { icon, type IconName } from './icon.ts'
import { sayError } from './sign-in-page.ts'
import './modal-dialog.ts'
import './people-picker.ts'

type Preset = Plan['preset']
const kinds: readonly {
  readonly preset: Preset
  readonly drawing: IconName
  readonly key: 'public' | 'private' | 'announcement' | 'group'
}[] = [
  { preset: 'channel.public', drawing: 'hash', key: 'public' },
  { preset: 'channel.private', drawing: 'lock', key: 'private' },
  { preset: 'group.open', drawing: 'group', key: 'group' },
  { preset: 'announcement', drawing: 'horn', key: 'announcement' },
]

/** Makes a channel, a group or an announcement. */
export class CreateDialog extends DeedElement {
  static override properties = {
    preset: { state: true },
    name: { state: true },
    fixed: { state: true },
    people: { state: true },
  }
  static override styles = [
    controls,
    css`
    form { display: grid; gap: 14px; }
    fieldset { border: 0; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
    .kind { display: grid; grid-template-columns: auto 1fr; gap: 2px 8px; padding: 10px; border: 1px solid var(--line); border-radius: var(--radius); align-items: center; align-content: start; cursor: pointer; }
    .kind:has(:checked) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); background: var(--accent-soft); color: var(--accent-soft-ink); }
    .kind:has(:focus-visible) { outline: var(--focus); outline-offset: 2px; }
    .kind input { position: absolute; opacity: 0; }
    .kind small { grid-column: 1 / -1; font-size: var(--tiny); color: var(--ink-soft); line-height: 1.35; }
    .check { display: flex; gap: 8px; align-items: center; font-size: var(--small); min-height: 28px; }
  `,
  ]
  declare preset: Preset
  declare name: string
  declare fixed: boolean
  declare people: readonly Person[]

  constructor() {
    super()
    this.preset = 'channel.public'
    this.name = ''
    this.fixed = false
    this.people = []
  }

  readonly #submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (this.busy) return
    const topic = this.renderRoot.querySelector<HTMLInputElement>('[name=topic]')?.value.trim() ?? ''
    const name = this.name.trim()
    const preset = this.preset === 'group.open' && this.fixed ? 'group.fixed' : this.preset
    const explain = (error: unknown) =>
      error instanceof CallError && error.errcode === 'M_ROOM_IN_USE' ? msg('create.taken') : sayError(error)
    await this.attempt(async () => {
      const invite = this.people.map(({ userId }) => userId)
      const roomId = await this.client.gathering.create({ preset, invite, ...(name && { name }), ...(topic && { topic }) })
      this.tell('close-dialog')
      this.router.go({ name: 'room', roomId })
    }, explain)
  }

  #kinds(): TemplateResult {
    const allowed = this.client.features.value.presets
    return html`<fieldset><legend class="unseen">${msg('create.kind')}</legend>
      ${kinds
        .filter(({ preset }) => !allowed || allowed.includes(preset))
        .map(
          ({ preset, drawing, key }) => html`<label class="kind">
        <input type="radio" name="preset" .checked=${this.preset === preset} @change=${() => {
          this.preset = preset
        }}>
        ${icon(drawing, 16)}<strong>${msg(`create.${key}`)}</strong><small>${msg(`create.${key}Hint`)}</small></label>`,
        )}
    </fieldset>`
  }

  protected override render(): TemplateResult {
    const isGroup = this.preset === 'group.open'
    const alias = aliasFor(this.name)
    return html`<modal-dialog heading=${msg('create.title')}><form @submit=${this.#submit}>
      ${this.#kinds()}
      <label class="field"><span>${isGroup ? msg('create.subject') : msg('create.name')}</span>
        <input name="name" autocomplete="off" maxlength="255" ?required=${!isGroup} .value=${this.name} autofocus
          @input=${(event: InputEvent) => {
            this.name = (event.target as HTMLInputElement).value
          }}>
        ${isListed(this.preset) && alias && this.client.features.value.hallway ? html`<small>${msg('create.address', { alias })}</small>` : nothing}</label>
      ${isGroup ? nothing : html`<label class="field"><span>${msg('create.topic')}</span><input name="topic" autocomplete="off" maxlength="1000"></label>`}
      <div class="field"><span>${msg('create.people')}</span>
        <people-picker label=${msg('create.people')} @people-picked=${(event: CustomEvent<Person[]>) => {
          this.people = event.detail
        }}></people-picker></div>
      ${
        isGroup
          ? html`<label class="check"><input type="checkbox" .checked=${this.fixed} @change=${() => {
              this.fixed = !this.fixed
            }}>${msg('create.fixed')}</label>`
          : nothing
      }
      ${this.alert()}
      <div class="row end"><button class="button" ?disabled=${this.busy}>${msg('create.submit')}</button></div>
    </form></modal-dialog>`
  }
}

customElements.define('create-dialog', CreateDialog)
