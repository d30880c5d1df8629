import { html, type TemplateResult } from 'lit'
import { CallError } from '../matrix/call-error.ts'
import { msg } from '../strings/msg.ts'
import { sayError, SignInPage } from './sign-in-page.ts'

/** Logs a person in with name and password. */
export class LoginPage extends SignInPage {
  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    void this.attempt(() => this.signIn.logIn(this.field('username').trim(), this.field('password')))
  }

  protected override explain(error: unknown): string {
    return error instanceof CallError && error.errcode === 'M_FORBIDDEN' ? msg('login.wrong') : sayError(error)
  }

  protected override render(): TemplateResult {
    return this.page(
      msg('login.title'),
      '',
      html`<form @submit=${this.#submit}>
      <label class="field"><span>${msg('login.username')}</span>
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
      <label class="field"><span>${msg('login.password')}</span>
        <input name="password" type="password" autocomplete="current-password" required></label>
      ${this.alert()}
      <button class="button" ?disabled=${this.busy}>${this.busy ? msg('login.busy') : msg('login.submit')}</button>
    </form>`,
      html`${msg('login.noAccount')}`,
    )
  }
}

customElements.define('login-page', LoginPage)
