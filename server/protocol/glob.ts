/**
 * Matching by `*` (any characters, or none) and `?` (one character), without backtracking: the text is walked once for each part
 * between two stars, and the earliest place for a part is always good enough. appendices/#glob-style-matching
 */

/** Where a match may begin and end. */
interface Bounds {
  readonly begins: (text: string, at: number) => boolean
  readonly ends: (text: string, at: number) => boolean
}

const whole: Bounds = { begins: (_text, at) => at === 0, ends: (text, at) => at === text.length }
const wordwise: Bounds = { begins: (text, at) => isWordBoundary(text, at), ends: (text, at) => isWordBoundary(text, at) }

/** A test whether a glob matches the whole of a text; as written, or whatever the case. */
export const compileGlob = (pattern: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): ((text: string) => boolean) => {
  const sought = ignoreCase ? pattern.toLowerCase() : pattern
  if (!/[*?]/.test(sought)) return (text) => (ignoreCase ? text.toLowerCase() : text) === sought
  const parts = partsOf(sought)
  return (text) => matches(parts, ignoreCase ? text.toLowerCase() : text, whole)
}

/** A test whether a glob matches some words of a text, whatever the case. client-server-api/#conditions-1, `event_match` of `content.body` */
export const compileWordGlob = (pattern: string): ((text: string) => boolean) => {
  const parts = partsOf(pattern.toLowerCase())
  const reach = parts.every(({ literal }) => literal) ? undefined : maxQuestionedUnits
  return (text) => matches(parts, text.slice(0, reach).toLowerCase(), wordwise)
}

// NOTSPEC: a question mark has to be tried at every place, so that somebody's odd rule could make every long message costly.
const maxQuestionedUnits = 8192

/** A test whether a text contains a phrase between word boundaries, whatever the case; `*` and `?` mean themselves. */
export const compilePhrase = (phrase: string): ((text: string) => boolean) => {
  const part: Part = { text: phrase.toLowerCase(), literal: true }
  return (text) => matches([part], text.toLowerCase(), wordwise)
}

/** What stands between two stars. */
interface Part {
  readonly text: string
  /** It holds no question mark that stands for another character. */
  readonly literal: boolean
}

const partsOf = (pattern: string): Part[] => pattern.split(/\*+/).map((text) => ({ text, literal: !text.includes('?') }))

const matches = (parts: readonly Part[], text: string, { begins, ends }: Bounds): boolean => {
  const first = parts[0] as Part
  if (parts.length === 1) return find(first, text, 0, begins, ends) >= 0
  let at = first.text === '' ? 0 : find(first, text, 0, begins, anywhere)
  for (const part of parts.slice(1, -1)) {
    if (at < 0) return false
    at = find(part, text, at, anywhere, anywhere)
  }
  const last = parts.at(-1) as Part
  return at >= 0 && (last.text === '' || find(last, text, at, anywhere, ends) >= 0)
}

const anywhere = (): boolean => true

/** Where the first fitting occurrence of a part ends, from `from` on; −1 where there is none. */
const find = (part: Part, text: string, from: number, begins: Bounds['begins'], ends: Bounds['ends']): number => {
  // A match of the whole begins in one place only.
  const last = begins === whole.begins ? from : text.length
  for (let at = from; at <= last; at++) {
    if (part.literal && last > from) at = text.indexOf(part.text, at)
    if (at < 0) return -1
    const end = endOf(part, text, at)
    if (end >= 0 && begins(text, at) && ends(text, end)) return end
  }
  return -1
}

const endOf = (part: Part, text: string, at: number): number => {
  if (!part.literal) return endOfMatch(part.text, text, at)
  return text.startsWith(part.text, at) ? at + part.text.length : -1
}

const endOfMatch = (part: string, text: string, from: number): number => {
  let at = from
  // No match begins within a character of two units.
  if (at > 0 && isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1))) return -1
  for (let next = 0; next < part.length; next++) {
    if (at >= text.length) return -1
    if (part[next] === '?') at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1
    else if (part.charCodeAt(next) !== text.charCodeAt(at++)) return -1
  }
  return at
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

const isWordUnit = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || (unit >= 0x41 && unit <= 0x5a)

const isWordBoundary = (text: string, at: number): boolean =>
  at <= 0 || at >= text.length || !isWordUnit(text.charCodeAt(at - 1)) || !isWordUnit(text.charCodeAt(at))
