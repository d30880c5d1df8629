import { css } from 'lit'

/** How a message looks. */
export const messageStyles = css`
  :host { display: block; position: relative; padding: 6px 20px 2px; outline: 0; }
  :host(:focus-visible) { outline: var(--focus); outline-offset: -2px; border-radius: 4px; }
  :host(:hover), :host(:focus-within), :host([picking]) { background: var(--hover); }
  :host([mentioned]) { background: var(--mention-soft); box-shadow: inset 3px 0 var(--mention-line); }
  :host([continued]) { padding-block-start: 1px; }
  .grid { display: grid; grid-template-columns: 36px minmax(0, 1fr); column-gap: 10px; }
  .side { display: flex; justify-content: center; padding-block-start: 2px; }
  .side time { opacity: 0; font-size: 0.6875rem; color: var(--ink-faint); line-height: 20px; white-space: nowrap; font-variant-numeric: tabular-nums; }
  :host(:hover) .side time, :host(:focus-within) .side time { opacity: 1; }
  .head { display: flex; gap: 8px; align-items: baseline; min-width: 0; line-height: 1.3; }
  .head strong { font-weight: 650; }
  .head time, .note { font-size: var(--tiny); color: var(--ink-faint); white-space: nowrap; }
  .body { overflow-wrap: anywhere; }
  .body .plain { white-space: pre-wrap; }
  .body.big { font-size: 2rem; line-height: 1.25; }
  .body.sending { color: var(--ink-faint); }
  .body.gone { color: var(--ink-faint); font-style: italic; }
  .body a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
  .body a[data-user], .name { font-weight: 550; color: var(--accent-soft-ink); background: var(--accent-soft); padding: 0 3px; border-radius: 4px; text-decoration: none; }
  .body a[data-user].me { background: var(--mention-line); color: light-dark(#241a00, #241a00); }
  .body p { margin: 0; }
  .body p + p, .body ul, .body ol, .body pre, .body blockquote, .body table { margin: 6px 0; }
  .body ul, .body ol { padding-inline-start: 22px; }
  .body h1, .body h2, .body h3, .body h4, .body h5, .body h6 { font-size: 1rem; margin: 8px 0 2px; }
  .body code { font: 0.875em var(--mono); background: var(--hover); border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
  .body pre { overflow-x: auto; padding: 10px 12px; background: var(--sunken); border: 1px solid var(--line); border-radius: var(--radius-small); }
  .body pre code { background: none; border: 0; padding: 0; }
  .body blockquote { padding-inline-start: 10px; border-inline-start: 3px solid var(--line); color: var(--ink-soft); }
  .body table { border-collapse: collapse; }
  .body th, .body td { border: 1px solid var(--line); padding: 2px 8px; }
  .body [data-mx-spoiler] { background: var(--ink); color: transparent; border-radius: 3px; }
  .body [data-mx-spoiler]:hover { color: var(--ground); }
  .file { display: inline-flex; gap: 8px; align-items: center; padding: 8px 12px; border: 1px solid var(--line); border-radius: var(--radius-small); color: var(--ink-soft); }
  .failed { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; font-size: var(--small); color: var(--danger); }
  .failed button { border: 0; background: none; padding: 2px 4px; text-decoration: underline; min-height: 24px; color: var(--ink); }
  .reactions { display: flex; flex-wrap: wrap; gap: 4px; margin: 3px 0 2px; }
  .reactions button {
    display: flex; gap: 5px; align-items: center; min-height: 26px; padding: 1px 8px; border: 1px solid var(--line); border-radius: 99px;
    background: var(--ground); font-size: var(--small); font-variant-numeric: tabular-nums;
  }
  .reactions button:hover { border-color: var(--line-strong); }
  .reactions button[aria-pressed='true'] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent-soft-ink); font-weight: 600; }
  :host([seen]) .grid { padding-inline-end: 64px; }
  .readers { position: absolute; inset-inline-end: 12px; inset-block-end: 2px; display: flex; align-items: center; gap: 2px; font-size: var(--tiny); color: var(--ink-faint); }
  .tools {
    position: absolute; inset-inline-end: 16px; inset-block-start: -16px; display: none; padding: 2px; z-index: 2;
    background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 1px 4px #0002;
  }
  :host(:hover) .tools, :host(:focus-within) .tools, :host([picking]) .tools { display: flex; }
  .tools button { border: 0; background: none; width: 30px; height: 28px; display: grid; place-items: center; border-radius: var(--radius-small); font-size: 1rem; padding: 0; color: var(--ink-soft); }
  .tools button:hover, .tools button:focus-visible { background: var(--hover); color: var(--ink); }
  .tools button:focus-visible { outline-offset: -2px; }
  @media (max-width: 760px) {
    :host { padding-inline: 10px; }
    .tools button { width: 40px; height: 38px; }
    .tools { inset-block-start: -30px; }
  }
`
