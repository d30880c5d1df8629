import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { ChatElement } from './chat-element.ts'
import { sayError } from './sign-in-page.ts'

/** A chat element whose deeds may fail: it is busy while it does one, and says what went wrong. */
export abstract class DeedElement extends ChatElement {
  static override properties: PropertyDeclarations = { busy: { state: true }, error: { state: true } }
  declare protected busy: boolean
  declare protected error: string

  constructor() {
    super()
    this.busy = false
    this.error = ''
  }

  /** Does it; whether it succeeded. `explain` says why not. */
  protected async attempt(deed: () => Promise<void>, explain: (error: unknown) => string = sayError): Promise<boolean> {
    this.busy = true
    this.error = ''
    try {
      await deed()
      return true
    } catch (error) {
      this.error = explain(error)
      return false
    } finally {
      this.busy = false
    }
  }

  protected alert(): TemplateResult | typeof nothing {
    return this.error ? html`<div class="alert" role="alert">${this.error}</div>` : nothing
  }
}
