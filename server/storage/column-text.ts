/** PostgreSQL's text cannot hold NUL, so U+0000 and the escape itself, U+0001, are written as two characters. */
const needsEscape = /[\u0000\u0001]/
const escapes = /\u0001[01]/g

/** Text as a column may hold it on either engine; injective. Lone surrogates have no UTF-8 and must not come here. */
export const toColumn = (text: string): string =>
  needsEscape.test(text) ? text.replace(/[\u0000\u0001]/g, (c) => (c === '\u0000' ? '\u00010' : '\u00011')) : text

/** What `toColumn` was given. */
export const fromColumn = (text: string): string =>
  text.includes('\u0001') ? text.replace(escapes, (c) => (c === '\u00010' ? '\u0000' : '\u0001')) : text
