import test from 'ava'
import fc from 'fast-check'
import { canonicalJson } from './encoding.ts'
import { MatrixError } from './errors.ts'
import { checkJson } from './json-grammar.ts'
import { strictJson, strictJsonOfBytes } from './strict-json.ts'

const errorOf = (deed: () => unknown): MatrixError | undefined => {
  try {
    deed()
  } catch (error) {
    if (error instanceof MatrixError) return error
    throw error
  }
  return undefined
}

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const refused: [title: string, text: string, errcode: string, place: string, integers?: 'strict'][] = [
  ['nothing', '', 'M_NOT_JSON', '1, column 1'],
  ['a key twice', '{"a":1,"b":2,"a":3}', 'M_BAD_JSON', '1, column 14'],
  ['a key twice further in', '{"a":1,\n "b":[{"a":1,"a":1}]}', 'M_BAD_JSON', '2, column 14'],
  ['a key twice in two spellings', '{"a":1,"\\u0061":2}', 'M_BAD_JSON', '1, column 8'],
  ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'M_BAD_JSON', '1, column 16'],
  ['101 levels', deep(101), 'M_BAD_JSON', '1, column 101'],
  ['10,000 levels', deep(10_000), 'M_BAD_JSON', '1, column 101'],
  ['10,000 levels never closed', '{"a":'.repeat(10_000), 'M_BAD_JSON', '1, column 501'],
  ['half a pair, escaped', '["\\ud800"]', 'M_BAD_JSON', '1, column 3'],
  ['the other half, escaped', '["\\uDFFF"]', 'M_BAD_JSON', '1, column 3'],
  ['two first halves', '["\\ud800\\ud800\\udc00"]', 'M_BAD_JSON', '1, column 3'],
  ['half a pair, escaped, beside a whole character', '["\\ud800\udc00"]', 'M_BAD_JSON', '1, column 3'],
  ['half a pair, raw', '["\ud800x"]', 'M_BAD_JSON', '1, column 3'],
  ['half a pair in a key', '{"\udc00":1}', 'M_BAD_JSON', '1, column 3'],
  ['a number beyond every double', '[1e400]', 'M_BAD_JSON', '1, column 2'],
  ['junk behind', '{} x', 'M_NOT_JSON', '1, column 4'],
  ['two values', '{}{}', 'M_NOT_JSON', '1, column 3'],
  ['a comma too many', '[1,]', 'M_NOT_JSON', '1, column 4'],
  ['a comma too many in an object', '{"a":1,}', 'M_NOT_JSON', '1, column 8'],
  ['a key without quotes', '{a:1}', 'M_NOT_JSON', '1, column 2'],
  ['a missing colon', '{"a" 1}', 'M_NOT_JSON', '1, column 6'],
  ['single quotes', "['a']", 'M_NOT_JSON', '1, column 2'],
  ['a leading zero', '[01]', 'M_NOT_JSON', '1, column 3'],
  ['a plus', '[+1]', 'M_NOT_JSON', '1, column 2'],
  ['a lonely minus', '[-]', 'M_NOT_JSON', '1, column 2'],
  ['a point without digits', '[1.]', 'M_NOT_JSON', '1, column 3'],
  ['NaN', '[NaN]', 'M_NOT_JSON', '1, column 2'],
  ['a control character', '["a\tb"]', 'M_NOT_JSON', '1, column 4'],
  ['an unknown escape', '["\\x"]', 'M_NOT_JSON', '1, column 3'],
  ['a short escape', '["\\u12"]', 'M_NOT_JSON', '1, column 3'],
  ['an open string', '["abc', 'M_NOT_JSON', '1, column 6'],
  ['an open object', '{"a":1', 'M_NOT_JSON', '1, column 7'],
  ['a byte order mark', '\ufeff{}', 'M_NOT_JSON', '1, column 1'],
  ['a fraction', '[1.0]', 'M_BAD_JSON', '1, column 2', 'strict'],
  ['an exponent', '{"a":1E3}', 'M_BAD_JSON', '1, column 6', 'strict'],
  ['minus zero', '[-0]', 'M_BAD_JSON', '1, column 2', 'strict'],
  ['2^53', '[9007199254740992]', 'M_BAD_JSON', '1, column 2', 'strict'],
  ['-2^53', '[-9007199254740992]', 'M_BAD_JSON', '1, column 2', 'strict'],
  ['2^53 + 1', '[9007199254740993]', 'M_BAD_JSON', '1, column 2', 'strict'],
]
for (const [title, text, errcode, place, integers = 'any'] of refused) {
  test(`refused: ${title}`, (t) => {
    const error = errorOf(() => strictJson(text, { integers }))
    t.is(error?.errcode, errcode as never)
    t.true(error?.message.endsWith(`: line ${place}.`), error?.message)
  })
}

test('accepted: what is odd and yet JSON', (t) => {
  for (const text of [
    '{}',
    ' [ ] ',
    'null',
    '"\\ud83d\\ude00"',
    '"\u{1f600}"',
    '[1.5,-0,1e3,9007199254740993]',
    '{"a":{"a":{"a":[]}}}',
    '{"a":[{"b":1},{"b":1}]}',
    deep(100),
  ]) {
    t.deepEqual(strictJson(text), JSON.parse(text), text)
  }
  t.deepEqual(strictJson('[9007199254740991,-9007199254740991,0,-1]', { integers: 'strict' }), [9007199254740991, -9007199254740991, 0, -1])
})

test('__proto__ is a key like any other', (t) => {
  const value = strictJson('{"__proto__":{"admin":true},"a":1}') as { admin?: boolean }
  t.true(Object.hasOwn(value, '__proto__'))
  t.is(value.admin, undefined)
  t.is(Object.getPrototypeOf(value), Object.prototype)
})

test('the depth allowed can be set', (t) => {
  t.is(errorOf(() => strictJson('[[[]]]', { maxDepth: 2 }))?.errcode, 'M_BAD_JSON')
  t.deepEqual(strictJson('[[[]]]', { maxDepth: 3 }), [[[]]])
})

test('bytes that are no UTF-8 are refused', (t) => {
  t.is(errorOf(() => strictJsonOfBytes(Buffer.from([0x22, 0xff, 0x22])))?.errcode, 'M_NOT_JSON')
  t.is(strictJsonOfBytes(Buffer.from('"ä"')), 'ä')
})

test('what both accept, it reads as the engine does', (t) => {
  const json = fc.json({ stringUnit: 'binary' })
  fc.assert(
    fc.property(json, (text) => {
      t.deepEqual(strictJson(text), JSON.parse(text))
      t.notThrows(() => checkJson(text, { maxDepth: 100, integers: 'any' }))
    }),
  )
})

test('of spoilt text it accepts nothing that the engine refuses, and refuses nothing silently', (t) => {
  const spoilt = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 'u', '\\u', '\n', '\0'))
    .map(([text, at, sign]) => text.slice(0, at % (text.length + 1)) + sign + text.slice((at % (text.length + 1)) + 1))
  fc.assert(
    fc.property(spoilt, (text) => {
      const engine = errorOf(() => {
        try {
          JSON.parse(text)
        } catch {
          throw new MatrixError('M_NOT_JSON', '')
        }
      })
      const ours = errorOf(() => strictJson(text))
      if (engine !== undefined) t.truthy(ours, text)
      else if (ours !== undefined) t.is(ours.errcode, 'M_BAD_JSON', text)
    }),
    { numRuns: 1000 },
  )
})

test('canonical JSON survives a round trip and is a fixed point', (t) => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value')),
    ),
  })).value
  fc.assert(
    fc.property(value, (original) => {
      const text = canonicalJson(original)
      const read = strictJson(text, { integers: 'strict' })
      t.is(canonicalJson(read), text)
    }),
  )
})

test('canonical keys are in the order of code points', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 40 }), (keys) => {
      const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))
      const order = [...text.matchAll(/"((?:[^"\\]|\\.)*)":0/gu)].map(([, key]) => JSON.parse(`"${key}"`) as string)
      const naive = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      t.deepEqual(order, naive)
    }),
  )
})

test('many canonical keys are in the order of code points, too', (t) => {
  const few = ['\u{1f600}', '\u{10000}', '\ufffd', '\ue000', '\ud7ff']
  const keys = [...few, ...Array.from({ length: 30 }, (_, at) => `k${at}`)]
  const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))
  t.deepEqual(Object.keys(JSON.parse(text)).slice(-5), ['\ud7ff', '\ue000', '\ufffd', '\u{10000}', '\u{1f600}'])
})
