import { css } from 'lit'

/** How buttons, fields and menus look, for every element that has them. */
export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host([hidden]), [hidden] { display: none !important; }
  h1, h2, h3, p { margin: 0; }
  button, input, textarea, select { font: inherit; color: inherit; }
  button { cursor: pointer; }
  button:disabled { cursor: default; opacity: 0.55; }
  :focus-visible { outline: var(--focus); outline-offset: 2px; }

  .button, .quiet, .icon {
    border: 0; border-radius: var(--radius-small); background: none; min-height: 32px;
    display: inline-flex; align-items: center; justify-content: center; gap: 6px; white-space: nowrap;
    transition: background var(--quick);
  }
  .button { padding: 6px 14px; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
  .button:hover:not(:disabled) { background: color-mix(in oklab, var(--accent) 88%, var(--ink)); }
  .button.danger { background: var(--danger); color: var(--mention-ink); }
  .quiet { padding: 6px 12px; border: 1px solid var(--line); color: var(--ink); font-weight: 500; }
  .quiet:hover:not(:disabled), .icon:hover:not(:disabled) { background: var(--hover); }
  .quiet.danger { color: var(--danger); }
  .icon { width: 32px; height: 32px; padding: 0; color: var(--ink-soft); flex: none; }
  .icon[aria-expanded='true'], .icon[aria-pressed='true'] { background: var(--press); color: var(--ink); }

  .field { display: grid; gap: 4px; }
  .field > span, legend { font-size: var(--small); font-weight: 600; color: var(--ink-soft); padding: 0; }
  .field small, .hint { font-size: var(--small); color: var(--ink-faint); }
  input:not([type='radio'], [type='checkbox']), textarea, select {
    width: 100%; padding: 8px 10px; background: var(--ground); min-height: 38px;
    border: 1px solid var(--line-strong); border-radius: var(--radius-small);
  }
  input:focus-visible, textarea:focus-visible, select:focus-visible { outline: var(--focus); outline-offset: -1px; }
  ::placeholder { color: var(--ink-faint); opacity: 1; }
  .alert {
    padding: 8px 12px; border-radius: var(--radius-small); border: 1px solid var(--danger); color: var(--danger);
    font-size: var(--small); overflow-wrap: anywhere;
  }
  .row { display: flex; gap: 8px; align-items: center; }
  .row.end { justify-content: flex-end; }
  .grow { flex: 1; min-width: 0; }
  .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  svg { flex: none; display: block; }
  kbd {
    font: var(--tiny) / 1.4 var(--font); padding: 1px 5px; border: 1px solid var(--line); border-radius: 4px; color: var(--ink-faint);
  }
  @media (pointer: coarse) {
    .button, .quiet { min-height: 44px; }
    .icon { width: 40px; height: 40px; }
  }
`
