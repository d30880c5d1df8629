import test from 'ava'
import { assertCompiles, createValidate } from './validator.ts'

const query = createValidate('query', {
  type: 'object',
  required: ['from'],
  properties: {
    from: { type: 'string' },
    limit: { type: 'integer', minimum: 1, default: 10 },
    full: { type: 'boolean' },
    via: { type: 'array', items: { type: 'string' } },
    dir: { enum: ['b', 'f'] },
  },
})

test('text of the query becomes what the schema asks, and defaults are filled in', (t) => {
  const value: object = { from: '1', full: 'true', via: 'a.org' }
  query(value)
  t.deepEqual(value, { from: '1', full: true, via: ['a.org'], limit: 10 })
})

test('a missing key is M_MISSING_PARAM, and named', (t) => {
  t.like(
    t.throws(() => query({})),
    { errcode: 'M_MISSING_PARAM', message: 'Send "from" in the query.' },
  )
})

for (const [name, value] of Object.entries({
  'a word for a number': { from: '1', limit: 'many' },
  'a number below the least': { from: '1', limit: '0' },
  'a fraction for an integer': { from: '1', limit: '1.5' },
  'an empty number': { from: '1', limit: '' },
  'a number beyond all numbers': { from: '1', limit: '1e400' },
  'a parameter given twice': { from: ['1', '2'] },
  'a word of no list': { from: '1', dir: 'x' },
})) {
  test(`${name} in the query is M_INVALID_PARAM`, (t) => {
    t.like(
      t.throws(() => query(value)),
      { errcode: 'M_INVALID_PARAM', status: 400 },
    )
  })
}

const body = createValidate('body', {
  type: 'object',
  required: ['user_id'],
  properties: {
    user_id: { type: 'string', format: 'user-id', maxLength: 20 },
    count: { type: 'integer', minimum: 0, maximum: 10 },
    deep: { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'number' } } } },
    either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
})

test('a body is never made to fit', (t) => {
  t.like(
    t.throws(() => body({ user_id: '@a:b', count: '3' })),
    { errcode: 'M_BAD_JSON', message: '"count" in the body must be of type integer.' },
  )
})

test('what is wrong deep in a body is named by its path', (t) => {
  t.like(
    t.throws(() => body({ user_id: '@a:b', deep: { a: '', b: [1, 'x'] } })),
    { errcode: 'M_BAD_JSON', message: '"deep.b.1" in the body must be of type number.' },
  )
  t.like(
    t.throws(() => body({ user_id: '@a:b', deep: {} })),
    { errcode: 'M_MISSING_PARAM', message: 'Send "deep.a" in the body.' },
  )
})

test('a value out of range or of the wrong form is M_INVALID_PARAM', (t) => {
  for (const value of [
    { user_id: 'alice' },
    { user_id: `@${'a'.repeat(30)}:b` },
    { user_id: '@a:b', count: 11 },
    { user_id: '@a:b', count: -1 },
  ]) {
    t.like(
      t.throws(() => body(value)),
      { errcode: 'M_INVALID_PARAM' },
    )
  }
})

test('none of several shapes is M_BAD_JSON', (t) => {
  t.notThrows(() => body({ user_id: '@a:b', either: null }))
  t.like(
    t.throws(() => body({ user_id: '@a:b', either: 1 })),
    { errcode: 'M_BAD_JSON' },
  )
})

test('keys that objects inherit do not count as given', (t) => {
  const named = createValidate('body', { type: 'object', required: ['constructor', 'toString'] })
  t.like(
    t.throws(() => named({})),
    { errcode: 'M_MISSING_PARAM' },
  )
})

test('an unknown format does not compile', (t) => {
  t.throws(() => assertCompiles('body', { type: 'string', format: 'colour' }))
})
