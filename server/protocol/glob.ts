/**
 * Matching by `*` (any characters, or none) and `?` (one character), without backtracking: the text is walked once, part by part between
 * the stars, since the earliest place for a part is always good enough. appendices/#glob-style-matching
 */
import { compilePart, type GlobPart, type WordBounds } from './glob-part.ts'

const anywhere: WordBounds = { begins: false, ends: false }
const wordwise: WordBounds = { begins: true, ends: true }
const fromWord: WordBounds = { begins: true, ends: false }
const toWord: WordBounds = { begins: false, ends: true }

/** How far into a text to look, in UTF-16 units; a whole text that is longer matches no glob. All of it unless given. */
interface Reach {
  readonly reach?: number
}

/** A test whether a glob matches the whole of a text; as written, or whatever the case. */
export const compileGlob = (
  pattern: string,
  { ignoreCase = false, reach = Number.POSITIVE_INFINITY }: { ignoreCase?: boolean } & Reach = {},
): ((text: string) => boolean) => {
  const sought = ignoreCase ? pattern.toLowerCase() : pattern
  if (!/[*?]/.test(sought)) return (text) => (ignoreCase ? lowered(text) : text) === sought
  const parts = partsOf(sought)
  return (text) => {
    const read = ignoreCase ? lowered(text) : text
    return read.length <= reach && matchesWhole(parts, read)
  }
}

/** A test whether a glob matches some words of a text, whatever the case. client-server-api/#conditions-1, `event_match` of `content.body` */
export const compileWordGlob = (pattern: string, { reach }: Reach = {}): ((text: string) => boolean) => {
  const parts = partsOf(pattern.toLowerCase())
  return (text) => matchesWords(parts, lowered(text).slice(0, reach))
}

/** A test whether a text contains a phrase between word boundaries, whatever the case; `*` and `?` mean themselves. */
export const compilePhrase = (phrase: string, { reach }: Reach = {}): ((text: string) => boolean) => {
  const part = compilePart(phrase.toLowerCase(), { literal: true })
  return (text) => part.find(lowered(text).slice(0, reach), 0, wordwise) >= 0
}

const partsOf = (pattern: string): GlobPart[] => pattern.split(/\*+/).map((text) => compilePart(text))

let lastText = ''
let lastLowered = ''

/** A text in lower case; that of the last text is kept, because many rules look at one message. */
const lowered = (text: string): string => {
  if (text !== lastText) {
    lastLowered = text.toLowerCase()
    lastText = text
  }
  return lastLowered
}

const matchesWhole = (parts: readonly GlobPart[], text: string): boolean => {
  const [first, ...others] = parts as [GlobPart, ...GlobPart[]]
  const last = others.pop()
  let at = first.endFrom(text, 0)
  if (last === undefined) return at === text.length
  for (const part of others) {
    if (at < 0) return false
    at = part.find(text, at, anywhere)
  }
  return at >= 0 && last.lastBegin(text) >= at
}

const matchesWords = (parts: readonly GlobPart[], text: string): boolean => {
  const [first, ...others] = parts as [GlobPart, ...GlobPart[]]
  const last = others.pop()
  if (last === undefined) return first.find(text, 0, wordwise) >= 0
  let at = first.text === '' ? 0 : first.find(text, 0, fromWord)
  for (const part of others) {
    if (at < 0) return false
    at = part.find(text, at, anywhere)
  }
  return at >= 0 && (last.text === '' || last.find(text, at, toWord) >= 0)
}
