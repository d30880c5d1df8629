import { css } from 'lit'

/** How the composer looks. */
export const composerStyles = css`
  :host { display: block; padding: 0 16px 14px; }
  .box { position: relative; border: 1px solid var(--line-strong); border-radius: 10px; background: var(--raised); }
  .box:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
  .line { display: flex; align-items: flex-end; gap: 2px; padding: 4px; }
  textarea { flex: 1; resize: none; border: 0; background: none; min-height: 34px; max-height: 40vh; padding: 6px 8px; line-height: 1.45; overflow-y: auto; }
  textarea:focus-visible { outline: 0; }
  .send:not(:disabled) { background: var(--accent); color: var(--accent-ink); }
  .send:not(:disabled):hover { background: color-mix(in oklab, var(--accent) 88%, var(--ink)); }
  .banner { display: flex; gap: 8px; align-items: center; padding: 4px 4px 4px 12px; border-block-end: 1px solid var(--line); font-size: var(--small); color: var(--ink-soft); }
  .quoted { color: var(--ink-faint); }
  ul {
    position: absolute; inset-inline: 0; inset-block-end: calc(100% + 6px); margin: 0; padding: 6px; list-style: none; z-index: 3; max-width: 420px;
    background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
  }
  li { display: flex; gap: 8px; align-items: center; padding: 5px 8px; min-height: 32px; border-radius: var(--radius-small); cursor: pointer; }
  li[aria-selected='true'] { background: var(--accent-soft); color: var(--accent-soft-ink); }
  li small { color: var(--ink-faint); font-size: var(--tiny); flex: 1; }
  li[aria-selected='true'] small { color: inherit; }
  @media (max-width: 760px) { :host { padding: 0 8px max(8px, env(safe-area-inset-bottom)); } textarea { font-size: 1rem; } }
`
