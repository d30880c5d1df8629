import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import dataUrl from 'emoji-picker-element-data/en/emojibase/data.json?url'
import { msg } from '../strings/msg.ts'
import { controls } from './controls.ts'
import { icon } from './icon.ts'

/** A button that opens the emoji picker; tells `pick-emoji` what was picked. The picker is loaded when it is first wanted. */
export class EmojiButton extends LitElement {
  static override properties = { label: {}, open: { state: true }, ready: { state: true }, above: { state: true } }
  static override styles = [
    controls,
    css`
    :host { display: inline-block; position: relative; }
    .panel { position: fixed; inset: 0; margin: auto; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); padding: 0; box-shadow: var(--shadow); color: var(--ink); overflow: hidden; }
    .panel::backdrop { background: transparent; }
    .panel[data-placed] { margin: 0; inset: auto; }
    emoji-picker {
      width: min(340px, 94vw); height: 360px; --num-columns: 8; --emoji-size: 1.25rem; --background: var(--raised); --border-color: transparent;
      --indicator-color: var(--accent); --input-border-color: var(--line-strong); --input-font-color: var(--ink); --input-placeholder-color: var(--ink-faint);
      --button-hover-background: var(--hover); --button-active-background: var(--press); --category-font-color: var(--ink-soft); --outline-color: var(--accent);
    }
    .wait { padding: 24px; }
  `,
  ]
  declare label: string
  declare open: boolean
  declare ready: boolean

  constructor() {
    super()
    this.label = ''
    this.open = false
    this.ready = false
  }

  readonly #toggle = async () => {
    this.open = true
    this.#tellPicking(true)
    await this.updateComplete
    const panel = this.renderRoot.querySelector('dialog')
    panel?.showModal()
    this.#place(panel)
    if (!this.ready) {
      await import('emoji-picker-element')
      this.ready = true
      await this.updateComplete
      this.#place(panel)
    }
    requestAnimationFrame(() =>
      this.renderRoot.querySelector('emoji-picker')?.shadowRoot?.querySelector<HTMLInputElement>('input')?.focus(),
    )
  }

  /** Puts the panel beside the button where there is room, and inside of the page in any case. */
  #place(panel: HTMLDialogElement | null): void {
    if (!panel) return
    const at = this.getBoundingClientRect()
    panel.dataset['placed'] = ''
    const { offsetWidth: width, offsetHeight: height } = panel
    const top = at.top - height - 6 > 0 ? at.top - height - 6 : Math.min(at.bottom + 6, innerHeight - height - 8)
    panel.style.top = `${Math.max(8, top)}px`
    panel.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`
  }

  #tellPicking(picking: boolean): void {
    this.dispatchEvent(new CustomEvent('picking', { detail: picking }))
  }

  readonly #closed = () => {
    this.open = false
    this.#tellPicking(false)
  }

  readonly #outside = (event: MouseEvent) => {
    if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close()
  }

  readonly #pick = (event: CustomEvent<{ unicode?: string }>) => {
    this.renderRoot.querySelector('dialog')?.close()
    const { unicode } = event.detail
    if (unicode) this.dispatchEvent(new CustomEvent('pick-emoji', { detail: unicode, bubbles: true, composed: true }))
  }

  protected override render(): TemplateResult {
    return html`<button class="icon" aria-label=${this.label} title=${this.label} aria-haspopup="dialog" aria-expanded=${this.open} @click=${this.#toggle}>${icon('smile', 18)}</button>
      ${
        this.open
          ? html`<dialog class="panel" aria-label=${this.label} @close=${this.#closed} @click=${this.#outside}>
        ${this.ready ? html`<emoji-picker translate="no" data-source=${dataUrl} @emoji-click=${this.#pick}></emoji-picker>` : html`<div class="wait">${msg('emoji.loading')}</div>`}
      </dialog>`
          : nothing
      }`
  }
}

customElements.define('emoji-button', EmojiButton)
