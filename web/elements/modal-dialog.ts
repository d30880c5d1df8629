import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'

/** A dialog over the page with a heading; tells `close-dialog` when it is left by key, button or a click beside it. */
export class ModalDialog extends LitElement {
  static override properties = { heading: {}, bare: { type: Boolean } }
  static override styles = [
    controls,
    css`
    dialog {
      width: min(94vw, 480px); max-height: min(86dvh, 720px); padding: 0; border: 1px solid var(--line); border-radius: 12px; background: var(--raised); color: var(--ink);
      box-shadow: var(--shadow); overflow: hidden;
    }
    dialog[open] { display: grid; grid-template-rows: auto minmax(0, 1fr); }
    dialog::backdrop { background: var(--scrim); }
    .head { display: flex; align-items: center; padding: 12px 12px 4px 20px; }
    h2 { flex: 1; font-size: 1.0625rem; }
    .body { padding: 8px 20px 20px; overflow-y: auto; min-height: 0; }
    dialog.bare { margin-block-start: 12dvh; }
    .bare .body { padding: 0; }
    @media (max-width: 480px) { dialog { width: 100vw; max-width: 100vw; margin-block-end: 0; border-radius: 12px 12px 0 0; } dialog.bare { margin-block-start: 0; margin-block-end: auto; border-radius: 0 0 12px 12px; } }
  `,
  ]
  declare heading: string
  /** Shows no head: the content has one of its own. */
  declare bare: boolean

  constructor() {
    super()
    this.heading = ''
    this.bare = false
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal()
  }

  readonly #close = () => this.dispatchEvent(new CustomEvent('close-dialog', { bubbles: true, composed: true }))

  readonly #beside = (event: MouseEvent) => {
    if (event.target === event.currentTarget) this.#close()
  }

  protected override render(): TemplateResult {
    return html`<dialog class=${this.bare ? 'bare' : ''} aria-label=${this.heading} @close=${this.#close} @mousedown=${this.#beside}>
      ${
        this.bare
          ? nothing
          : html`<div class="head"><h2>${this.heading}</h2>
        <button class="icon" aria-label=${msg('dialog.close')} title=${msg('dialog.close')} @click=${this.#close}>${icon('close')}</button></div>`
      }
      <div class="body"><slot></slot></div>
    </dialog>`
  }
}

customElements.define('modal-dialog', ModalDialog)
