import { css, html, nothing, type TemplateResult } from 'lit'
import { hashOf } from '../router.ts'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { DeedElement } from './deed-element.ts'
import { icon } from './icon.ts'
import './modal-dialog.ts'

/** Makes a link by which people sign up; for the server's administrators. */
export class InviteDialog extends DeedElement {
  static override properties = { link: { state: true }, copied: { state: true } }
  static override styles = [
    controls,
    css`
    form { display: grid; gap: 14px; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
    .link { display: flex; gap: 8px; }
  `,
  ]
  declare link: string | undefined
  declare copied: boolean

  constructor() {
    super()
    this.copied = false
  }

  readonly #make = async (event: SubmitEvent) => {
    event.preventDefault()
    const value = (name: string) => Number(this.renderRoot.querySelector<HTMLSelectElement>(`[name=${name}]`)?.value)
    this.copied = false
    await this.attempt(async () => {
      const token = await this.client.gathering.invitationToken(value('uses') || undefined, value('days'))
      this.link = `${location.origin}${location.pathname}${hashOf({ name: 'register', token })}`
    })
  }

  readonly #copy = async () => {
    const field = this.renderRoot.querySelector<HTMLInputElement>('[name=link]')
    field?.select()
    try {
      await navigator.clipboard.writeText(this.link ?? '')
      this.copied = true
    } catch {
      // Without a secure origin the browser keeps its clipboard: the link is selected, to be copied by hand.
      this.copied = document.execCommand('copy')
    }
  }

  protected override render(): TemplateResult {
    return html`<modal-dialog heading=${msg('invite.title')}><form @submit=${this.#make}>
      <p class="hint">${msg('invite.lead')}</p>
      <div class="pair">
        <label class="field"><span>${msg('invite.uses')}</span><select name="uses">
          ${[1, 5, 25].map((count) => html`<option value=${count} ?selected=${count === 1}>${msg('invite.people', { count })}</option>`)}<option value="0">${msg('invite.any')}</option></select></label>
        <label class="field"><span>${msg('invite.days')}</span><select name="days">
          ${[1, 7, 30].map((count) => html`<option value=${count} ?selected=${count === 7}>${msg('invite.dayCount', { count })}</option>`)}</select></label>
      </div>
      ${this.alert()}
      ${
        this.link
          ? html`<div class="link"><input name="link" readonly aria-label=${msg('invite.link')} .value=${this.link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()}>
        <button type="button" class="button" @click=${this.#copy}>${icon('copy', 16)}${this.copied ? msg('invite.copied') : msg('invite.copy')}</button></div>`
          : nothing
      }
      <div class="row end"><button class=${this.link ? 'quiet' : 'button'} ?disabled=${this.busy}>${this.link ? msg('invite.another') : msg('invite.make')}</button></div>
    </form></modal-dialog>`
  }
}

customElements.define('invite-dialog', InviteDialog)
