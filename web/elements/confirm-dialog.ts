import { css, html, type TemplateResult } from 'lit'
import { msg } from '../strings/msg.ts'
import { ChatElement, type Question } from './chat-element.ts'
import { controls } from './controls.ts'
import './modal-dialog.ts'

/** Asks before something that cannot be taken back. */
export class ConfirmDialog extends ChatElement {
  static override properties = { question: { attribute: false } }
  static override styles = [
    controls,
    css`
    p { padding-block-end: 16px; overflow-wrap: anywhere; }
  `,
  ]
  declare question: Question

  readonly #no = () => this.tell('close-dialog')

  readonly #yes = () => {
    this.tell('close-dialog')
    this.question.yes()
  }

  protected override render(): TemplateResult {
    return html`<modal-dialog heading=${this.question.deed}>
      <p translate="no">${this.question.text}</p>
      <div class="row end"><button class="quiet" @click=${this.#no}>${msg('details.cancel')}</button>
        <button class="button danger" autofocus @click=${this.#yes}>${this.question.deed}</button></div>
    </modal-dialog>`
  }
}

customElements.define('confirm-dialog', ConfirmDialog)
