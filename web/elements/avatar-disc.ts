import { css, html, LitElement, type TemplateResult } from 'lit'

const hueOf = (id: string): number => {
  let hash = 7
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) % 3600
  return hash / 10
}

const initials = (name: string): string => {
  const words = name
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/)
  const [first = '', last = ''] = words.length > 1 ? [words[0], words.at(-1)] : [words[0], '']
  return `${[...first][0] ?? '?'}${[...last][0] ?? ''}`.toLocaleUpperCase()
}

/** A person's or room's initials on a colour of its own. Decoration: the name stands beside it. */
export class AvatarDisc extends LitElement {
  static override properties = { uid: {}, name: {}, size: { type: Number } }
  static override styles = css`
    :host { display: inline-block; flex: none; line-height: 0; }
    span {
      display: inline-grid; place-items: center; border-radius: 28%; line-height: 1; font-weight: 650; letter-spacing: 0.01em;
      user-select: none; color: light-dark(oklch(0.38 0.09 var(--hue)), oklch(0.9 0.06 var(--hue)));
      background: light-dark(oklch(0.92 0.045 var(--hue)), oklch(0.38 0.07 var(--hue)));
    }
    @media (forced-colors: active) { span { border: 1px solid; } }
  `
  declare uid: string
  declare name: string
  declare size: number

  constructor() {
    super()
    this.uid = ''
    this.name = ''
    this.size = 36
  }

  protected override render(): TemplateResult {
    const { uid, name, size } = this
    const style = `--hue:${hueOf(uid)};width:${size}px;height:${size}px;font-size:${Math.round(size * 0.38)}px`
    return html`<span aria-hidden="true" translate="no" style=${style}>${initials(name)}</span>`
  }
}

customElements.define('avatar-disc', AvatarDisc)
