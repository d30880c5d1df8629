/**
 * Matching by `*` (any characters, or none) and `?` (one character), without backtracking: the text is walked once, part by part between
 * the stars, since the earliest place for a part is always good enough. appendices/#glob-style-matching
 */
import { compilePart, type Border, type GlobPart } from './glob-part.ts'

/** A test whether a glob matches the whole of a text; as written, or whatever the case. */
export const compileGlob = (pattern: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): ((text: string) => boolean) => {
  const sought = ignoreCase ? pattern.toLowerCase() : pattern
  if (!/[*?]/.test(sought)) return (text) => (ignoreCase ? lowered(text) : text) === sought
  const parts = partsOf(sought)
  const least = parts.reduce((sum, { leastUnits }) => sum + leastUnits, 0)
  return (text) => {
    const read = ignoreCase ? lowered(text) : text
    return read.length >= least && matchesWhole(parts, read)
  }
}

/** A test whether a glob matches some words of a text, whatever the case. client-server-api/#conditions-1, `event_match` of `content.body` */
export const compileWordGlob = (pattern: string): ((text: string) => boolean) => {
  const parts = partsOf(pattern.toLowerCase())
  return (text) => matchesWords(parts, lowered(text))
}

/** A test whether a text contains a phrase between word boundaries, whatever the case; `*` and `?` mean themselves. */
export const compilePhrase = (phrase: string): ((text: string) => boolean) => {
  const part = compilePart(phrase.toLowerCase(), { literal: true })
  return (text) => part.find(lowered(text), 0, isWordBoundary, isWordBoundary) >= 0
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
    at = part.find(text, at)
  }
  return at >= 0 && last.lastBegin(text) >= at
}

const matchesWords = (parts: readonly GlobPart[], text: string): boolean => {
  const [first, ...others] = parts as [GlobPart, ...GlobPart[]]
  const last = others.pop()
  if (last === undefined) return first.find(text, 0, isWordBoundary, isWordBoundary) >= 0
  let at = first.text === '' ? 0 : first.find(text, 0, isWordBoundary)
  for (const part of others) {
    if (at < 0) return false
    at = part.find(text, at)
  }
  return at >= 0 && (last.text === '' || last.find(text, at, undefined, isWordBoundary) >= 0)
}

const isWordUnit = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || (unit >= 0x41 && unit <= 0x5a)

const isWordBoundary: Border = (text, at) =>
  at <= 0 || at >= text.length || !isWordUnit(text.charCodeAt(at - 1)) || !isWordUnit(text.charCodeAt(at))
