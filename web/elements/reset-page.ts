import { html, type TemplateResult } from 'lit'
import { CallError } from '../matrix/call-error.ts'
import { msg } from '../strings/msg.ts'
import { sayError, SignInPage } from './sign-in-page.ts'

/** Sets a new password by a link that an administrator has given. */
export class ResetPage extends SignInPage {
  static override properties = { ...SignInPage.properties, done: { state: true } }
  declare done: boolean

  constructor() {
    super()
    this.done = false
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    void this.attempt(async () => {
      await this.signIn.reset(this.token ?? '', this.field('password'))
      this.done = true
    })
  }

  protected override explain(error: unknown): string {
    return error instanceof CallError && error.errcode === 'M_FORBIDDEN' ? msg('reset.linkSpent') : sayError(error)
  }

  protected override render(): TemplateResult {
    if (this.done) return this.page(msg('reset.done'), '', html`<p><a href="#/login">${msg('login.submit')}</a></p>`)
    return this.page(
      msg('reset.title'),
      '',
      html`<form @submit=${this.#submit}>
      <label class="field"><span>${msg('register.password')}</span>
        <input name="password" type="password" autocomplete="new-password" required minlength="8" aria-describedby="password-hint">
        <small id="password-hint">${msg('register.passwordHint')}</small></label>
      ${this.alert()}
      <button class="button" ?disabled=${this.busy}>${msg('reset.submit')}</button>
    </form>`,
    )
  }
}

customElements.define('reset-page', ResetPage)
