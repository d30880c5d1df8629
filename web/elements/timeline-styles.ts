import { css } from 'lit'

/** How the timeline around its messages looks. */
export const timelineStyles = css`
  :host { display: block; position: relative; min-height: 0; }
  .scroller { height: 100%; overflow-y: auto; overflow-x: hidden; overflow-anchor: none; padding-block-end: 8px; display: flex; flex-direction: column; scrollbar-width: thin; }
  .scroller::before { content: ''; flex: 1; }
  .items { flex: none; }
  .day, .unread { display: flex; align-items: center; gap: 12px; padding: 12px 20px 4px; }
  .day::before, .day::after, .unread::after { content: ''; flex: 1; border-block-start: 1px solid var(--line); }
  .day span { font-size: var(--tiny); font-weight: 600; color: var(--ink-faint); }
  .unread { padding-block: 6px; }
  .unread::before { content: ''; flex: 1; border-block-start: 1px solid var(--mention); }
  .unread::after { display: none; }
  .unread span { font-size: var(--tiny); font-weight: 650; color: var(--mention); }
  .notice { padding: 3px 20px 3px 66px; font-size: var(--small); color: var(--ink-faint); overflow-wrap: anywhere; }
  .gap { padding: 16px; text-align: center; font-size: var(--small); color: var(--ink-faint); }
  .beginning { padding: 32px 20px 12px; display: grid; gap: 6px; justify-items: start; color: var(--ink-soft); }
  .beginning h2 { font-size: 1.25rem; color: var(--ink); overflow-wrap: anywhere; }
  .latest {
    position: absolute; inset-block-end: 8px; inset-inline-end: 20px; display: flex; gap: 6px; align-items: center; min-height: 34px; padding: 4px 14px;
    border: 1px solid var(--line); border-radius: 99px; background: var(--raised); color: var(--ink); box-shadow: var(--shadow); font-weight: 600; font-size: var(--small);
  }
  message-item.found { animation: found 2s ease-out; }
  @keyframes found { from { background: var(--mention-soft); } }
  @media (prefers-reduced-motion: reduce) { message-item.found { animation: none; background: var(--mention-soft); } }
  @media (max-width: 760px) { .notice { padding-inline: 56px 12px; } .day, .unread { padding-inline: 12px; } }
`
