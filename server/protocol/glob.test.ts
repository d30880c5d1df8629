import test from 'ava'
import fc from 'fast-check'
import { compileGlob, compilePhrase, compileWordGlob } from './glob.ts'
import { readsIn } from './test-steps.ts'

/** The definition, taken literally. */
const naive = (pattern: readonly string[], text: readonly string[]): boolean => {
  const [sign, ...rest] = pattern
  if (sign === undefined) return text.length === 0
  if (sign === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)))
  return text.length > 0 && (sign === '?' || sign === text[0]) && naive(rest, text.slice(1))
}
const isWord = (sign: string | undefined) => sign !== undefined && /^[A-Za-z0-9_]$/.test(sign)
const naiveWords = (pattern: readonly string[], text: readonly string[]): boolean => {
  const boundary = (at: number) => at === 0 || at === text.length || !isWord(text[at - 1]) || !isWord(text[at])
  for (let from = 0; from <= text.length; from++) {
    for (let to = from; to <= text.length; to++) if (boundary(from) && boundary(to) && naive(pattern, text.slice(from, to))) return true
  }
  return false
}
const signs = fc.array(fc.constantFrom('a', 'b', ' ', '\u{1f600}', '*', '?'), { maxLength: 7 })
const texts = fc.array(fc.constantFrom('a', 'b', ' ', '\u{1f600}', '?', '*'), { maxLength: 9 })

test('a glob over the whole text equals the naive model', (t) => {
  fc.assert(
    fc.property(signs, texts, (pattern, text) => t.is(compileGlob(pattern.join(''))(text.join('')), naive(pattern, text))),
    { numRuns: 3000 },
  )
})

test('a glob over words equals the naive model', (t) => {
  fc.assert(
    fc.property(signs, texts, (pattern, text) => t.is(compileWordGlob(pattern.join(''))(text.join('')), naiveWords(pattern, text))),
    { numRuns: 3000 },
  )
})

test('case counts only if it is to', (t) => {
  t.true(compileGlob('M.Room.*', { ignoreCase: true })('m.rOOM.x'))
  t.false(compileGlob('M.Room.*')('m.room.x'))
  t.true(compileWordGlob('CAKE')('Some cake?'))
})

test('the examples of the specification', (t) => {
  for (const [body, wanted] of [
    ['An example event.', true],
    ['exple', true],
    ['An exciting triple-whammy', true],
    ['An examplesque event', false],
  ] as const) {
    t.is(compileWordGlob('ex*ple')(body), wanted, body)
  }
  for (const [topic, wanted] of [
    ['Lunch plans', true],
    ['LUNCH', true],
    [' lunch', false],
    ['lunc', false],
  ] as const) {
    t.is(compileGlob('lunc?*', { ignoreCase: true })(topic), wanted, topic)
  }
})

test('in a phrase stars and question marks mean themselves', (t) => {
  t.true(compilePhrase('Who?')('is it who?'))
  t.false(compilePhrase('Who?')('is it whom'))
  t.true(compilePhrase('*')('a * b'))
  t.false(compilePhrase('al')('alice'))
  // The first occurrence begins within a word, the second overlaps it.
  t.true(compilePhrase('a-a')('xa-a-a'))
  t.true(compilePhrase('a-a')('xa-axa-a-a'))
})

test('a phrase is found wherever it stands between word boundaries', (t) => {
  const words = fc.array(fc.constantFrom('a', 'b', ' ', '*'), { maxLength: 5 })
  fc.assert(
    fc.property(words, texts, (phrase, text) => {
      const isBoundary = (at: number) => at === 0 || at === text.length || !isWord(text[at - 1]) || !isWord(text[at])
      const found = [...text, ''].some(
        (_sign, at) =>
          at + phrase.length <= text.length &&
          phrase.every((sign, i) => sign === text[at + i]) &&
          isBoundary(at) &&
          isBoundary(at + phrase.length),
      )
      t.is(compilePhrase(phrase.join(''))(text.join('')), found)
    }),
    { numRuns: 3000 },
  )
})

test('long parts with question marks are found as short ones are', (t) => {
  const part = `${'ab?'.repeat(30)}c`
  const fitting = `${'abx'.repeat(15)}${'ab\u{1f600}'.repeat(15)}c`
  t.true(compileWordGlob(part)(`${'ab'.repeat(40)} ${fitting} ${'ab'.repeat(40)}`))
  t.false(compileWordGlob(part)(`${'ab'.repeat(40)}${fitting} ${'ab'.repeat(40)}`))
  t.true(compileGlob(`*${part}*`)(`abab${fitting}ab`))
  t.true(compileGlob(`*${part}`)(`abab${fitting}`))
  t.true(compileGlob(`${part}*`)(`${fitting}abab`))
  t.false(compileGlob(`*${part}*`)(`abab${fitting.slice(0, -1)}ab`))
})

test('word boundaries are those of the specification, whatever alphabet a text is in', (t) => {
  for (const [body, wanted] of [
    ['über', true],
    ['ber', true],
    ['ber_', false],
    ['ber9', false],
    ['BER-lin', true],
    ['\u{1f600}ber\u{1f600}', true],
    ['ber\u0308', true],
    ['\ud800ber', true],
    ['\u200bber\u200b', true],
    ['_ber ber', true],
    ['\0ber\0', true],
  ] as const)
    t.is(compileWordGlob('ber')(body), wanted, JSON.stringify(body))
})

const long = 60_000
const hostile: [title: string, matches: () => (text: string) => boolean, text: string, most: number][] = [
  ['many stars', () => compileGlob(`${'a*'.repeat(120)}b`), 'a'.repeat(long), 2],
  ['many stars over words', () => compileWordGlob(`${'a*'.repeat(120)}b`), 'a'.repeat(long), 3],
  ['many question marks', () => compileWordGlob(`${'a?'.repeat(120)}b`), 'a'.repeat(long), 5],
  ['stars and question marks', () => compileWordGlob(`${'a?*'.repeat(80)}b`), 'a'.repeat(long), 5],
  ['question marks in a whole text', () => compileGlob(`*${'?a'.repeat(120)}b*`), 'a'.repeat(long), 5],
  ['an end that is almost everywhere', () => compileGlob(`*b${'a'.repeat(200)}`), 'a'.repeat(long), 2],
  ['a word that is almost everywhere', () => compileWordGlob('a'.repeat(200)), `b${'a'.repeat(long)}b`, 8],
  ['a name as long as half a text', () => compilePhrase('a'.repeat(long / 2)), `b${'a'.repeat(long)}b`, 12],
  ['a name whose beginning repeats', () => compilePhrase(`${'a-'.repeat(99)}b`), `${'a-'.repeat(long / 2)}_`, 12],
  ['a name that no boundary ends', () => compilePhrase('a-a'.repeat(66)), 'a-a'.repeat(long / 3), 12],
]
for (const [title, compile, text, most] of hostile)
  test(`hostile patterns read a text a few times at most: ${title}`, (t) => {
    const matches = compile()
    const reads = readsIn(() => matches(text))
    t.true(reads <= most * text.length, `${reads} reads of ${text.length} characters`)
  })

test('what many rules make of one text puts it in lower case once', (t) => {
  const rules = Array.from({ length: 500 }, (_, index) => compileWordGlob(`${index}#`))
  const text = 'A'.repeat(long)
  const reads = readsIn(() => t.false(rules.some((matches) => matches(text))))
  t.true(reads < 502 * long, `${reads} reads`)
})
