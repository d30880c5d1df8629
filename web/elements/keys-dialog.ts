import { css, html, type TemplateResult } from 'lit'
import { msg } from '../strings/msg.ts'
import { ChatElement } from './chat-element.ts'
import { controls } from './controls.ts'
import './modal-dialog.ts'

const keys = ['switch', 'help', 'send', 'break', 'editLast', 'messages', 'rooms', 'cancel'] as const

/** The keys that do things. */
export class KeysDialog extends ChatElement {
  static override styles = [
    controls,
    css`
    dl { display: grid; grid-template-columns: 1fr auto; gap: 10px 16px; margin: 0; }
    dd { margin: 0; }
  `,
  ]

  protected override render(): TemplateResult {
    const isPlainEnter = this.client.preferences.current.value.send_key === 'enter'
    return html`<modal-dialog heading=${msg('keys.title')}><dl>${keys.map((key) => {
      const combination =
        key === 'send' && !isPlainEnter
          ? msg('keys.sendCtrlKey')
          : key === 'break' && !isPlainEnter
            ? msg('keys.breakEnterKey')
            : msg(`keys.${key}Key`)
      return html`<dt>${msg(`keys.${key}`)}</dt><dd><kbd>${combination}</kbd></dd>`
    })}</dl></modal-dialog>`
  }
}

customElements.define('keys-dialog', KeysDialog)
