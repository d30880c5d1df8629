import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'

const drawings = {
  hash: svg`<path d="M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  horn: svg`<path d="M4 10v4h3l8 4V6l-8 4zM18.5 9a4 4 0 0 1 0 6"/>`,
  group: svg`<circle cx="9" cy="9" r="3.5"/><path d="M2.5 19c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5M16 5.800a3.5 3.5 0 0 1 0 6.400M18 14.400c2 .7 3.2 2.3 3.5 4.6"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  write: svg`<path d="M14 5H6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-8M9.5 14.500l.5-3L18.5 3 21 5.5 12.5 14z"/>`,
  compass: svg`<circle cx="12" cy="12" r="8.5"/><path d="m15.5 8.5-2 5-5 2 2-5z"/>`,
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  close: svg`<path d="M6 6l12 12M18 6 6 18"/>`,
  details: svg`<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M14.5 5v14"/>`,
  smile: svg`<circle cx="12" cy="12" r="8.5"/><path d="M8.5 14.500c1.8 2.3 5.2 2.3 7 0M9 9.500v.5M15 9.500v.5"/>`,
  reply: svg`<path d="M9.5 6 4 11.5 9.5 17M4.5 11.500H14c3.5 0 6 2.5 6 6.5"/>`,
  pencil: svg`<path d="M4.5 19.5 5.5 15 16 4.500l3.5 3.500L9 18.500z"/>`,
  bin: svg`<path d="M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7"/>`,
  send: svg`<path d="M4.5 12 3.5 4.5 21 12 3.5 19.500zM4.5 12H12"/>`,
  down: svg`<path d="M12 5v14M6 13l6 6 6-6"/>`,
  up: svg`<path d="M12 20V5M6 11l6-6 6 6"/>`,
  more: svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3"/>`,
  gear: svg`<circle cx="12" cy="12" r="3"/><path d="M12 3.500v3M12 17.500v3M3.5 12h3M17.5 12h3M6 6l2.1 2.100M15.9 15.9 18 18M18 6l-2.1 2.100M8.1 15.9 6 18"/>`,
  invite: svg`<circle cx="10" cy="8.5" r="3.5"/><path d="M3.5 19.500c.6-3.6 3.2-5.5 6.5-5.5 1.5 0 2.8.4 3.9 1.100M18 13.500v6M15 16.500h6"/>`,
  exit: svg`<path d="M14 4.500H6.500a1.5 1.5 0 0 0-1.5 1.500v12a1.5 1.5 0 0 0 1.5 1.500H14M10 12h10.500M17 8.500l3.5 3.5-3.5 3.5"/>`,
  keys: svg`<rect x="3" y="6.5" width="18" height="11" rx="2"/><path d="M7 10.500h.01M11 10.500h.01M15 10.500h.01M8 14h8"/>`,
  warn: svg`<path d="M12 4 2.8 19.500h18.400zM12 10v4.500M12 17v.01"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.500V12l3 2"/>`,
  chevron: svg`<path d="m7 9.5 5 5 5-5"/>`,
  file: svg`<path d="M7 3.500h7l4 4v13H7zM14 3.500v4h4"/>`,
  copy: svg`<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8V5.500A1.5 1.5 0 0 0 14.5 4h-9A1.5 1.5 0 0 0 4 5.500v9A1.5 1.5 0 0 0 5.5 16H8"/>`,
} as const satisfies { readonly [name: string]: SVGTemplateResult }

/** The name of a drawing. */
export type IconName = keyof typeof drawings

/** A line drawing of `size` pixels in the colour of the text; it says nothing to screen readers, so give its button a label. */
export const icon = (name: IconName, size = 18): TemplateResult => html`<svg aria-hidden="true" width=${size} height=${size}
  viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${drawings[name]}</svg>`
