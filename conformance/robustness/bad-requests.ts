import type { Endpoint } from '../../spec/endpoint.ts'
import type { Errcode } from '../../spec/errors.ts'
import type { Schema } from '../../spec/schema.ts'
import { minimal, mistyped, type Parameters } from '../bad-input.ts'

/** A request that no well-meaning client makes. */
export interface BadRequest {
  /** What is wrong with it. */
  readonly fault: string
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly token: 'good' | 'none' | 'unknown'
  /** What must be answered; `undefined`: anything that the contract knows, but no failure of the server's own. */
  readonly refusal?: { readonly status: number; readonly errcodes: readonly Errcode[] }
}

const refusal = (status: number, ...errcodes: Errcode[]) => ({ refusal: { status, errcodes } })
const badValue = refusal(400, 'M_BAD_JSON', 'M_INVALID_PARAM', 'M_MISSING_PARAM')
const text = (length: number): string => 'x'.repeat(length)

const pathWith = ({ path }: Endpoint, encoded: Parameters): string => path.replace(/[:*](\w+)/g, (_, name: string) => encoded[name] ?? 'x')
const encodedAll = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, encodeURIComponent(value)]))

/** All that can be wrong with a call of an endpoint, one thing at a time; `parameters` are such that it makes sense otherwise. */
export const badRequestsOf = (endpoint: Endpoint, parameters: Parameters): BadRequest[] => {
  const path = pathWith(endpoint, encodedAll(parameters)) + queryOf(endpoint)
  const whole = endpoint.body === undefined ? undefined : JSON.stringify(minimal(endpoint.body))
  const good: Omit<BadRequest, 'fault'> = { method: endpoint.method, path, token: 'good', ...(whole !== undefined && { body: whole }) }
  return [...callers(endpoint, good), ...paths(endpoint, good, parameters), ...queries(endpoint, good), ...bodies(endpoint, good)]
}

const queryOf = ({ query }: Endpoint): string => {
  const required = (query?.required ?? []).map((name) => `${name}=${encodeURIComponent(String(minimal(query?.properties?.[name] ?? {})))}`)
  return required.length === 0 ? '' : `?${required.join('&')}`
}

const callers = ({ access }: Endpoint, good: Omit<BadRequest, 'fault'>): BadRequest[] => [
  { ...good, fault: 'a wrong method', method: 'PATCH', ...refusal(405, 'M_UNRECOGNIZED') },
  ...(access === 'user' || access === 'admin'
    ? [{ ...good, fault: 'no token', token: 'none', ...refusal(401, 'M_MISSING_TOKEN') } as const]
    : []),
  ...(access === 'anyone' ? [] : [{ ...good, fault: 'an unknown token', token: 'unknown', ...refusal(401, 'M_UNKNOWN_TOKEN') } as const]),
]

const paths = (endpoint: Endpoint, good: Omit<BadRequest, 'fault'>, parameters: Parameters): BadRequest[] =>
  Object.entries(parameters).flatMap(([name, value]) => {
    const withValue = (fault: string, encoded: string, rest: object = {}): BadRequest => ({
      ...good,
      fault: `${fault} as ${name}`,
      path: pathWith(endpoint, { ...encodedAll(parameters), [name]: encoded }) + queryOf(endpoint),
      ...rest,
    })
    const { format, maxLength } = endpoint.params?.properties?.[name] ?? {}
    return [
      withValue('broken percent-encoding', '%zz', refusal(400, 'M_INVALID_PARAM')),
      withValue('bytes that are no UTF-8', '%ff%fe', refusal(400, 'M_INVALID_PARAM')),
      withValue('half a surrogate pair', '%ed%a0%80', refusal(400, 'M_INVALID_PARAM')),
      withValue('NUL', `${encodeURIComponent(value)}%00`),
      withValue('a name of the language', '__proto__', format === undefined ? {} : refusal(400, 'M_INVALID_PARAM')),
      withValue('a name of the language within an ID', encodeURIComponent(`${value.slice(0, 1)}constructor:__proto__`)),
      withValue(
        'an over-long value',
        encodeURIComponent(value) + text(2000),
        maxLength === undefined ? {} : refusal(400, 'M_INVALID_PARAM'),
      ),
      withValue('an over-long value beyond letters', encodeURIComponent(`${value}${'💥'.repeat(200)}`)),
      withValue('a lone sigil', encodeURIComponent(value.slice(0, 1))),
    ]
  })

const queries = ({ query }: Endpoint, good: Omit<BadRequest, 'fault'>): BadRequest[] =>
  Object.entries(query?.properties ?? {}).flatMap(([name, schema]) => {
    const separator = good.path.includes('?') ? '&' : '?'
    const kept = good.path.replace(new RegExp(`([?&])${name}=[^&]*&?`), '$1')
    const withValue = (encoded: string, rest: object = {}): BadRequest => ({
      ...good,
      fault: `${name}=${encoded.slice(0, 40)}`,
      path: `${kept}${separator}${name}=${encoded}`,
      ...rest,
    })
    const numeric = schema.type === 'integer' || schema.type === 'number'
    return [
      ...(numeric
        ? ['ten', '1.5', '1e400', '', '%00'].map((value) => withValue(value, value === '' ? {} : refusal(400, 'M_INVALID_PARAM')))
        : []),
      ...(numeric && schema.minimum !== undefined ? [withValue(String(schema.minimum - 1), refusal(400, 'M_INVALID_PARAM'))] : []),
      ...(numeric ? [withValue('9007199254740993'), withValue('99999999999999999999999')] : []),
      ...(schema.type === 'boolean' ? [withValue('maybe', refusal(400, 'M_INVALID_PARAM'))] : []),
      ...(schema.enum !== undefined ? [withValue('none-of-these', refusal(400, 'M_INVALID_PARAM'))] : []),
      ...(schema.format !== undefined ? [withValue('nothing', refusal(400, 'M_INVALID_PARAM'))] : []),
      withValue('%00'),
      withValue('%ff%fe'),
      withValue('%ed%a0%80'),
      withValue('__proto__'),
      withValue('%7B%22__proto__%22:%7B%22a%22:1%7D%7D'),
      withValue(text(5000)),
      withValue(`a&${name}=b`),
    ]
  })

/** Bodies that are wrong whatever the endpoint. */
const anywhere: readonly (readonly [fault: string, body: string | Uint8Array<ArrayBuffer>, ...errcodes: Errcode[]])[] = [
  ['a body that breaks off', '{"broken":', 'M_NOT_JSON'],
  ['a body of words', 'words', 'M_NOT_JSON'],
  ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0x62, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'M_NOT_JSON'],
  ['an array', '[]', 'M_BAD_JSON'],
  ['a string', '"text"', 'M_BAD_JSON'],
  ['null', 'null', 'M_BAD_JSON'],
  ['10,000 objects in one another', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'M_BAD_JSON'],
  ['10,000 arrays in one another', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'M_BAD_JSON'],
  ['a key that comes twice', '{"a":1,"a":2}', 'M_BAD_JSON'],
  ['half a surrogate pair', '{"a":"\\ud800"}', 'M_BAD_JSON'],
  ['half a surrogate pair as a key', '{"\\udc00":1}', 'M_BAD_JSON'],
]

const bodies = ({ body: schema, method }: Endpoint, good: Omit<BadRequest, 'fault'>): BadRequest[] => {
  if (schema === undefined) return []
  const { body: _body, ...bare } = good
  const whole = minimal(schema) as { [key: string]: unknown }
  const mustBe = method === 'PUT' || (schema.required ?? []).length > 0
  const like = (fault: string, value: unknown, rest: object = {}): BadRequest => ({ ...good, fault, body: JSON.stringify(value), ...rest })
  return [
    { ...bare, fault: 'no body', ...(mustBe && refusal(400, 'M_NOT_JSON')) },
    ...anywhere.map(([fault, body, ...errcodes]) => ({ ...good, fault, body, ...refusal(400, ...errcodes) })),
    { ...good, fault: 'a number beyond all numbers', body: `{"a":1e400,${JSON.stringify(whole).slice(1)}`.replace(',}', '}') },
    {
      ...good,
      fault: 'keys of the language',
      body: `{"__proto__":{"admin":true},"constructor":{"prototype":{"a":1}},${JSON.stringify(whole).slice(1)}`.replace(',}', '}'),
    },
    like('NUL as a key', { ...whole, '\0': '\0' }),
    like('5,000 keys', { ...whole, ...Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index])) }),
    ...(schema.required ?? []).map((key) => {
      const { [key]: _left, ...without } = whole
      return like(`"${key}" missing`, without, refusal(400, 'M_MISSING_PARAM'))
    }),
    ...fields(schema, []).flatMap(({ at, schema: field }) =>
      oddValues(field).map(([fault, value, rest]) => like(`${at.join('.')}: ${fault}`, placed(whole, at, value), rest)),
    ),
  ]
}

interface Field {
  readonly at: readonly string[]
  readonly schema: Schema
}

/** All that a schema names, objects within objects and the values of maps too; lists by their first item. */
const fields = (schema: Schema, at: readonly string[]): Field[] => {
  if (at.length > 4) return []
  const inner = Object.entries(schema.properties ?? {}).map(([key, below]) => ({ at: [...at, key], schema: below }))
  if (typeof schema.additionalProperties === 'object') inner.push({ at: [...at, 'some-key'], schema: schema.additionalProperties })
  if (schema.items !== undefined) inner.push({ at: [...at, '0'], schema: schema.items })
  return inner.flatMap((field) => [field, ...fields(field.schema, field.at)])
}

const oddValues = (schema: Schema): [fault: string, value: unknown, rest: object][] => {
  const wrong = mistyped(schema)
  const { type, minimum, enum: values, format, maxLength } = schema
  const numeric = type === 'integer' || type === 'number'
  return [
    ...(wrong === undefined ? [] : ([['a value of another type', wrong, badValue]] as [string, unknown, object][])),
    ['null', null, {}],
    ...(numeric && minimum !== undefined ? ([['a number below the least', minimum - 1, badValue]] as [string, unknown, object][]) : []),
    ...(type === 'integer' ? ([['half a number', 1.5, badValue]] as [string, unknown, object][]) : []),
    ...(numeric
      ? ([
          ['a huge number', Number.MAX_SAFE_INTEGER, {}],
          ['a huge number below 0', -Number.MAX_SAFE_INTEGER, {}],
        ] as [string, unknown, object][])
      : []),
    ...(type !== 'string' || values !== undefined
      ? []
      : ([
          ['NUL', 'a\0b', format === undefined ? {} : badValue],
          ['an empty string', '', format === undefined ? {} : badValue],
          ['a name of the language', '__proto__', format === undefined ? {} : badValue],
          ['an over-long string', text(10_000), maxLength === undefined && format === undefined ? {} : badValue],
          ['an over-long ID', `@${text(300)}:hs`, {}],
          ['what looks like a pattern', `${'(a+)+'.repeat(50)}%_*?`, {}],
        ] as [string, unknown, object][])),
    ...(type === 'array' ? ([['10,000 items', Array.from({ length: 10_000 }, () => 'x'), {}]] as [string, unknown, object][]) : []),
  ]
}

/** `whole` with `value` at a place within it; what leads there is made. */
const placed = (whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value
  if (key === '0') return [placed(Array.isArray(whole) ? whole[0] : undefined, rest, value)]
  const object = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? (whole as { [key: string]: unknown }) : {}
  return { ...object, [key]: placed(object[key], rest, value) }
}
