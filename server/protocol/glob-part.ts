/** What stands between two stars of a glob: the search for it takes time linear in the text, whatever the part and the text are. */
export interface GlobPart {
  readonly text: string
  /** In UTF-16 units the least that it matches. */
  readonly leastUnits: number
  /** Where the match that begins at `from` ends; −1 where none does. */
  readonly endFrom: (text: string, from: number) => number
  /** Where the match that ends with the text begins; −1 where none does. */
  readonly lastBegin: (text: string) => number
  /** Where the first match ends that begins at `from` or later, both where it may; −1 where there is none. */
  readonly find: (text: string, from: number, mayBegin?: Border, mayEnd?: Border) => number
}

/** Whether a match may begin or end at an index of the text. */
export type Border = (text: string, at: number) => boolean

const anywhere: Border = () => true

/** Makes a part ready; a question mark in it is any one character, unless it is `literal`. */
export const compilePart = (text: string, { literal = !text.includes('?') }: { literal?: boolean } = {}): GlobPart =>
  literal ? literalPart(text) : questionedPart(text)

const literalPart = (part: string): GlobPart => {
  let table: Int32Array | undefined
  return {
    text: part,
    leastUnits: part.length,
    endFrom: (text, from) => (text.startsWith(part, from) ? from + part.length : -1),
    lastBegin: (text) => (text.endsWith(part) ? text.length - part.length : -1),
    find: (text, from, mayBegin = anywhere, mayEnd = anywhere) => {
      const first = text.indexOf(part, from)
      if (first < 0) return -1
      if (mayBegin(text, first) && mayEnd(text, first + part.length)) return first + part.length
      table ??= borderTable(part)
      return findAmongOverlapping(part, table, text, first + 1, mayBegin, mayEnd)
    },
  }
}

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
const findAmongOverlapping = (part: string, table: Int32Array, text: string, from: number, mayBegin: Border, mayEnd: Border): number => {
  let matched = 0
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    while (matched > 0 && unit !== part.charCodeAt(matched)) matched = table[matched - 1] as number
    if (unit === part.charCodeAt(matched)) matched++
    if (matched < part.length) continue
    const end = at + 1
    if (mayBegin(text, end - part.length) && mayEnd(text, end)) return end
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
    leastUnits: signs.length,
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
        at -= at > 1 && isPair(text, at - 2) ? 2 : 1
        if (signs[index] !== question && signs[index] !== text.codePointAt(at)) return -1
      }
      return at
    },
    find: (text, from, mayBegin = anywhere, mayEnd = anywhere) => {
      if (text.length - from < signs.length) return -1
      masks ??= masksOf(signs)
      return findByBits(signs.length, masks, text, from, mayBegin, mayEnd)
    },
  }
}

/** For each character of a part, the places in it where the character fits, as bits; `others`: for those that it does not have. */
interface Masks {
  readonly of: ReadonlyMap<number, Int32Array>
  readonly others: Int32Array
}

const masksOf = (signs: readonly number[]): Masks => {
  const others = new Int32Array((signs.length + 31) >> 5)
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
  return { of, others }
}

// All beginnings of the part that end here are kept as bits of one state (Baeza-Yates, Gonnet): a character moves them on together.
const findByBits = (length: number, { of, others }: Masks, text: string, from: number, mayBegin: Border, mayEnd: Border): number => {
  const state = new Int32Array(others.length)
  const lastWord = (length - 1) >> 5
  const lastBit = 1 << ((length - 1) & 31)
  let at = from
  while (at < text.length) {
    const sign = text.codePointAt(at) as number
    const mask = of.get(sign) ?? others
    let carry = mayBegin(text, at) ? 1 : 0
    for (let word = 0; word < state.length; word++) {
      const bits = state[word] as number
      state[word] = ((bits << 1) | carry) & (mask[word] as number)
      carry = bits >>> 31
    }
    at += widthOf(sign)
    if (((state[lastWord] as number) & lastBit) !== 0 && mayEnd(text, at)) return at
  }
  return -1
}

const widthOf = (codePoint: number): number => (codePoint > 0xffff ? 2 : 1)
const isPair = (text: string, at: number): boolean => (text.codePointAt(at) as number) > 0xffff
