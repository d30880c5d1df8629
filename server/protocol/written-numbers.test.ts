import test from 'ava'
import fc from 'fast-check'
import { canonicalJson } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { isWrittenNumber, parseWithWrittenNumbers, plainNumbers, writtenFractions } from './written-numbers.ts'

test('numbers that JavaScript keeps are its own, all others are kept as they are written', (t) => {
  const read = parseWithWrittenNumbers('[0,-1,9007199254740991,-9007199254740991,1.0,1e3,-0,9007199254740992,50.5,0.0]') as unknown[]
  t.deepEqual(read.slice(0, 4), [0, -1, 9007199254740991, -9007199254740991])
  t.deepEqual(
    read.slice(4).map((value) => (isWrittenNumber(value) ? value.rawJSON : undefined)),
    ['1.0', '1e3', '-0', '9007199254740992', '50.5', '0.0'],
  )
})

test('nobody can send what passes for a number as written', (t) => {
  const sent = parseWithWrittenNumbers('{"rawJSON":"1]}"}') as JsonObject
  t.false(isWrittenNumber(sent))
  t.is(canonicalJson([sent]), '[{"rawJSON":"1]}"}]')
  t.deepEqual(plainNumbers(sent), { rawJSON: '1]}' })
})

test('read as JavaScript reads them, they are what the parser makes of the text', (t) => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.tuple(fc.integer(), fc.nat(9), fc.integer({ min: -20, max: 20 })).map(([whole, part, exponent]) => `${whole}.${part}e${exponent}`),
  )
  fc.assert(
    fc.property(fc.array(number), fc.dictionary(fc.string(), number), (list, map) => {
      const text = `{"list":[${list.join()}],"map":{${Object.entries(map)
        .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
        .join()}}}`
      const canonical = canonicalJson(parseWithWrittenNumbers(text))
      t.deepEqual(plainNumbers(parseWithWrittenNumbers(text)), JSON.parse(canonical))
      t.is(canonicalJson(parseWithWrittenNumbers(canonical)), canonical)
    }),
  )
})

test('what holds no such number stays the very value', (t) => {
  const value = { a: [1, { b: null, ['__proto__']: 2 }] }
  t.is(plainNumbers(value), value)
})

test('__proto__ stays a key like any other', (t) => {
  const read = plainNumbers(parseWithWrittenNumbers('{"__proto__":{"a":1.0}}')) as JsonObject
  t.true(Object.hasOwn(read, '__proto__'))
  t.is(Object.getPrototypeOf(read), Object.prototype)
  t.is(canonicalJson(read), '{"__proto__":{"a":1}}')
  t.is(canonicalJson(writtenFractions(JSON.parse('{"__proto__":{"a":1.5}}'))), '{"__proto__":{"a":1.5}}')
})

test('a fraction is written as the program of the specification writes it', (t) => {
  const texts: [number, string][] = [
    [1.5, '1.5'],
    [-50.57, '-50.57'],
    [0.1 + 0.2, '0.30000000000000004'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0.0000015, '-1.5e-06'],
    [1.25e-10, '1.25e-10'],
    [5e-324, '5e-324'],
    [4503599627370495.5, '4503599627370495.5'],
  ]
  for (const [value, text] of texts) t.is(canonicalJson(writtenFractions([value])), `[${text}]`)
  t.deepEqual(writtenFractions({ a: [1, 'x', null, true] }), { a: [1, 'x', null, true] })
  t.throws(() => canonicalJson(writtenFractions([2 ** 53])))
  t.throws(() => canonicalJson(writtenFractions([Number.NaN])))
})
