import { css } from 'lit'

/** How the pages before the chat look: one card in the middle. */
export const signInStyles = css`
  :host { display: grid; min-height: 100%; place-items: center; padding: 24px 16px; background: var(--sunken); overflow: auto; height: 100%; }
  main { width: min(100%, 380px); display: grid; gap: 24px; }
  header { display: grid; gap: 12px; justify-items: start; }
  header img { border-radius: 11px; }
  h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
  header p { color: var(--ink-soft); }
  form {
    display: grid; gap: 16px; padding: 24px; background: var(--raised); border: 1px solid var(--line); border-radius: 12px;
  }
  form .button { min-height: 42px; margin-top: 4px; }
  a { color: var(--accent); }
  footer { color: var(--ink-soft); font-size: var(--small); }
`
