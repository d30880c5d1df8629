import { html, nothing, type TemplateResult } from 'lit'
import { CallError } from '../matrix/call-error.ts'
import type { SignIn } from '../matrix/sign-in.ts'
import { msg } from '../strings/msg.ts'
import { WatchingElement } from './chat-element.ts'
import { controls } from './controls.ts'
import { signInStyles } from './sign-in-styles.ts'

/** What to tell about a failed attempt: the server's own sentence, or that it cannot be reached. */
export const sayError = (error: unknown): string => {
  if (!(error instanceof CallError) || error.status === 0) return msg('error.unreachable')
  if (error.status === 429) return msg('error.tooMany')
  return error.message
}

/** What the pages before the chat share: a heading, a form that runs one deed at a time, and its error. */
export abstract class SignInPage extends WatchingElement {
  static override properties = { signIn: { attribute: false }, token: {}, busy: { state: true }, error: { state: true } }
  static override styles = [controls, signInStyles]
  declare signIn: SignIn
  declare token: string | undefined
  declare busy: boolean
  declare error: string

  constructor() {
    super()
    this.busy = false
    this.error = ''
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input')?.focus()
  }

  /** Runs the form's deed. Its error is shown, and read out. */
  protected async attempt(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.error = ''
    try {
      await deed()
    } catch (error) {
      this.error = this.explain(error)
    }
    this.busy = false
  }

  protected explain(error: unknown): string {
    return sayError(error)
  }

  protected field(name: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? ''
  }

  protected page(title: string, lead: string, form: TemplateResult, footer: TemplateResult | typeof nothing = nothing): TemplateResult {
    return html`<main>
      <header><img src="./icon.svg" alt="" width="44" height="44"><h1>${title}</h1>${lead ? html`<p>${lead}</p>` : nothing}</header>
      ${form}
      ${footer === nothing ? nothing : html`<footer>${footer}</footer>`}
    </main>`
  }

  protected alert(): TemplateResult {
    return html`<div role="alert">${this.error ? html`<div class="alert">${this.error}</div>` : nothing}</div>`
  }
}
