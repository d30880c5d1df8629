import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { CallError } from '../matrix/call-error.ts'
import { msg } from '../strings/msg.ts'
import { sayError, SignInPage } from './sign-in-page.ts'

const ownSentences = {
  M_USER_IN_USE: 'register.inUse',
  M_INVALID_USERNAME: 'register.invalidName',
  M_EXCLUSIVE: 'register.reserved',
} as const

/** Makes an account by the token of an invitation link. */
export class RegisterPage extends SignInPage {
  static override properties = { ...SignInPage.properties, valid: { state: true } }
  declare valid: boolean | undefined

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    const name = this.field('username').trim().toLowerCase()
    void this.attempt(() => this.signIn.signUp(name, this.field('password'), this.token))
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('token')) return
    this.valid = undefined
    if (this.token !== undefined) void this.#check(this.token)
  }

  async #check(token: string): Promise<void> {
    const valid = await this.signIn.isLinkValid(token).catch(() => undefined)
    if (token === this.token) this.valid = valid
  }

  protected override explain(error: unknown): string {
    const code = error instanceof CallError ? error.errcode : ''
    if (code in ownSentences) return msg(ownSentences[code as keyof typeof ownSentences])
    if (error instanceof CallError && error.status === 401)
      return msg(this.token === undefined ? 'register.needLink' : 'register.linkSpent')
    return sayError(error)
  }

  protected override render(): TemplateResult {
    return this.page(
      msg('register.title'),
      msg('register.lead'),
      html`<form @submit=${this.#submit}>
      ${this.valid === false ? html`<div class="alert" role="alert">${msg('register.linkSpent')}</div>` : nothing}
      <label class="field"><span>${msg('register.username')}</span>
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required pattern="[A-Za-z0-9._=\\/+\\-]+"
          title=${msg('register.usernameHint')} aria-describedby="name-hint">
        <small id="name-hint">${msg('register.usernameHint')}</small></label>
      <label class="field"><span>${msg('register.password')}</span>
        <input name="password" type="password" autocomplete="new-password" required minlength="8" aria-describedby="password-hint">
        <small id="password-hint">${msg('register.passwordHint')}</small></label>
      ${this.alert()}
      <button class="button" ?disabled=${this.busy}>${this.busy ? msg('register.busy') : msg('register.submit')}</button>
    </form>`,
      html`${msg('register.haveAccount')} <a href="#/login">${msg('login.submit')}</a>`,
    )
  }
}

customElements.define('register-page', RegisterPage)
