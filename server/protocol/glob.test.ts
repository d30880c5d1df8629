import test from 'ava'
import fc from 'fast-check'
import { compileGlob, compilePhrase, compileWordGlob } from './glob.ts'

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
})

test('many stars over a long text do not multiply', (t) => {
  const text = 'a'.repeat(60_000)
  const matches = compileGlob(`${'a*'.repeat(120)}b`)
  // With backtracking even one of these would outlast every test run.
  for (let time = 0; time < 20; time++) t.false(matches(text))
})
