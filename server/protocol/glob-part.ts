/** What stands between two stars of a glob: the search for it takes time linear in the text, whatever the part and the text are. */
export interface GlobPart {
  readonly text: string
  /** Where the match that begins at `from` ends; −1 where none does. */
  readonly endFrom: (text: string, from: number) => number
  /** Where the match that ends with the text begins; −1 where none does. */
  readonly lastBegin: (text: string) => number
  /** Where the first match ends that begins at `from` or later; −1 where there is none. */
  readonly find: (text: string, from: number, bounds: WordBounds) => number
}

/** Whether a match must begin and end at word boundaries. */
export interface WordBounds {
  readonly begins: boolean
  readonly ends: boolean
}

/** Makes a part ready; a question mark in it is any one character, unless it is `literal`. */
export const compilePart = (text: string, { literal = !text.includes('?') }: { literal?: boolean } = {}): GlobPart =>
  literal ? literalPart(text) : questionedPart(text)

const literalPart = (part: string): GlobPart => {
  let table: Int32Array | undefined
  return {
    text: part,
    endFrom: (text, from) => (text.startsWith(part, from) ? from + part.length : -1),
    lastBegin: (text) => (text.endsWith(part) ? text.length - part.length : -1),
    find: (text, from, bounds) => {
      const first = text.indexOf(part, from)
      if (first < 0) return -1
      if (fits(text, first, first + part.length, bounds)) return first + part.length
      table ??= borderTable(part)
      return findAmongOverlapping(part, table, text, first + 1, bounds)
    },
  }
}

const fits = (text: string, begin: number, end: number, { begins, ends }: WordBounds): boolean =>
  (!begins || isWordBoundary(text, begin)) && (!ends || isWordBoundary(text, end))

/** How much of the beginning of a part each of its beginnings ends with (Knuth, Morris, Pratt). */
const borderTable = (part: string): Int32Array => {
  const table = new Int32Array(part.length)
  let matched = 0
  for (let at = 1; at < part.length; at++) {
    const unit = part.charCodeAt(at)
    while (matched > 0 && unit !== part.charCodeAt(matched)) matched = table[matched - 1] as number
    if (unit === part.charCodeAt(matched)) matched++
    table[at] = matched
  }
  return table
}

// Occurrences may overlap, so that looking at each of them anew would cost the product of both lengths.
const findAmongOverlapping = (part: string, table: Int32Array, text: string, from: number, bounds: WordBounds): number => {
  let matched = 0
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    while (matched > 0 && unit !== part.charCodeAt(matched)) matched = table[matched - 1] as number
    if (unit === part.charCodeAt(matched)) matched++
    if (matched < part.length) continue
    if (fits(text, at + 1 - part.length, at + 1, bounds)) return at + 1
    matched = table[matched - 1] as number
  }
  return -1
}

const question = 0x3f

const questionedPart = (part: string): GlobPart => {
  const signs = Array.from(part, (sign) => sign.codePointAt(0) as number)
  let masks: Masks | undefined
  return {
    text: part,
    endFrom: (text, from) => {
      let at = from
      for (const sign of signs) {
        const found = text.codePointAt(at)
        if (found === undefined || (sign !== question && sign !== found)) return -1
        at += widthOf(found)
      }
      return at
    },
    lastBegin: (text) => {
      let at = text.length
      for (let index = signs.length - 1; index >= 0; index--) {
        if (at === 0) return -1
        at -= at > 1 && widthOf(text.codePointAt(at - 2) as number) === 2 ? 2 : 1
        if (signs[index] !== question && signs[index] !== text.codePointAt(at)) return -1
      }
      return at
    },
    find: (text, from, bounds) => {
      if (text.length - from < signs.length) return -1
      masks ??= masksOf(signs)
      return findByBits(signs.length, masks, text, from, bounds)
    },
  }
}

/** For each character, the places in a part where it fits, as bits. */
interface Masks {
  /** Bits take so many integers. */
  readonly words: number
  /** Those of the character `c` begin at `c * words`. */
  readonly ofAscii: Int32Array
  readonly of: ReadonlyMap<number, Int32Array>
  /** For characters that the part does not have. */
  readonly others: Int32Array
}

const asciiSigns = 128

const masksOf = (signs: readonly number[]): Masks => {
  const words = (signs.length + 31) >> 5
  const others = new Int32Array(words)
  const of = new Map<number, Int32Array>()
  const set = (mask: Int32Array, index: number): void => {
    mask[index >> 5] = (mask[index >> 5] as number) | (1 << (index & 31))
  }
  for (const [index, sign] of signs.entries()) if (sign === question) set(others, index)
  for (const [index, sign] of signs.entries()) {
    if (sign === question) continue
    const mask = of.get(sign) ?? others.slice()
    set(mask, index)
    of.set(sign, mask)
  }
  const ofAscii = new Int32Array(asciiSigns * words)
  for (let sign = 0; sign < asciiSigns; sign++) ofAscii.set(of.get(sign) ?? others, sign * words)
  return { words, ofAscii, of, others }
}

// All beginnings of the part that end here are kept as bits of one state (Baeza-Yates, Gonnet): a character moves them on together.
const findByBits = (length: number, { words, ofAscii, of, others }: Masks, text: string, from: number, bounds: WordBounds): number => {
  const state = new Int32Array(words)
  const lastBit = 1 << ((length - 1) & 31)
  let at = from
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    const isAscii = unit < asciiSigns
    const sign = isAscii ? unit : (text.codePointAt(at) as number)
    const mask = isAscii ? ofAscii : (of.get(sign) ?? others)
    const offset = isAscii ? unit * words : 0
    let carry = !bounds.begins || isWordBoundary(text, at) ? 1 : 0
    for (let word = 0; word < words; word++) {
      const bits = state[word] as number
      state[word] = ((bits << 1) | carry) & (mask[offset + word] as number)
      carry = bits >>> 31
    }
    at += widthOf(sign)
    if (((state[words - 1] as number) & lastBit) !== 0 && (!bounds.ends || isWordBoundary(text, at))) return at
  }
  return -1
}

const widthOf = (codePoint: number): number => (codePoint > 0xffff ? 2 : 1)

const isWordUnit = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || (unit >= 0x41 && unit <= 0x5a)

const isWordBoundary = (text: string, at: number): boolean =>
  at <= 0 || at >= text.length || !isWordUnit(text.charCodeAt(at - 1)) || !isWordUnit(text.charCodeAt(at))
