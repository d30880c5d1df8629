import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Schema } from '../../spec/schema.ts'
import { MatrixError } from '../protocol/errors.ts'

/** Where a value comes from; the text of the path and the query is turned into numbers and booleans as the schema asks. */
export type Part = 'path' | 'query' | 'body'

/**
 * Checks a value in place: defaults are filled in, and outside the body text becomes what the schema asks.
 * @throws M_MISSING_PARAM when a required key is missing
 * @throws M_BAD_JSON when the body has a value of another type than the schema asks
 * @throws M_INVALID_PARAM for any other value that the schema does not accept
 */
export type Validate = (value: unknown) => void

const formats: { readonly [name: string]: readonly [check: (value: string) => boolean, meaning: string] } = {
  'user-id': [(value) => value.startsWith('@') && value.includes(':'), 'a user ID, such as @alice:example.org'],
  'room-id': [(value) => value.startsWith('!') && value.length > 1, 'a room ID, such as !abc:example.org'],
  'event-id': [(value) => value.startsWith('$') && value.length > 1, 'an event ID, such as $abc'],
  'room-alias': [(value) => value.startsWith('#') && value.includes(':'), 'a room alias, such as #lobby:example.org'],
  'room-id-or-alias': [
    (value) => (value.startsWith('!') && value.length > 1) || (value.startsWith('#') && value.includes(':')),
    'a room ID or alias, such as !abc:example.org or #lobby:example.org',
  ],
}

const newAjv = (coerceTypes: 'array' | false): Ajv => {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, ownProperties: true, useDefaults: true, coerceTypes })
  // NUL is in no identifier.
  for (const [name, [check]] of Object.entries(formats)) ajv.addFormat(name, (value: string) => check(value) && !value.includes('\0'))
  return ajv
}
const forText = newAjv('array')
const forJson = newAjv(false)

/** Makes the check of one part of a request. The schema is compiled when first needed, which keeps the start short. */
export const createValidate = (part: Part, schema: Schema): Validate => {
  const compile = (): ValidateFunction => (part === 'body' ? forJson : forText).compile(schema)
  let accepts: ValidateFunction | undefined
  return (value) => {
    accepts ??= compile()
    if (!accepts(value)) throw errorOf(part, accepts.errors?.at(-1))
    if (part !== 'body') requireFinite(part, value as object)
  }
}

/** Text such as `1e400` becomes a number beyond all numbers without a complaint. */
const requireFinite = (part: Part, values: object): void => {
  for (const [name, value] of Object.entries(values)) {
    if (value === Infinity || value === -Infinity)
      throw new MatrixError('M_INVALID_PARAM', `"${name}" in the ${part} is too large a number.`)
  }
}

/** Compiles the schema now. @throws Error when it is no schema of our subset, or names an unknown format */
export const assertCompiles = (part: Part, schema: Schema): void => {
  const ajv = newAjv(part === 'body' ? false : 'array')
  ajv.compile(schema)
}

const invalidInBody = new Set(['enum', 'const', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format', 'propertyNames'])

const errorOf = (part: Part, error: ErrorObject | undefined): MatrixError => {
  if (error === undefined) return new MatrixError('M_BAD_JSON', `Check the ${part} of the request.`)
  const at = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
  const where = part === 'body' ? 'body' : part === 'path' ? 'path' : 'query'
  const params: { readonly [name: string]: unknown } = error.params
  if (error.keyword === 'required') {
    const name = [at, params['missingProperty']].filter(Boolean).join('.')
    return new MatrixError('M_MISSING_PARAM', `Send "${name}" in the ${where}.`)
  }
  const subject = at === '' ? `The ${where}` : `"${shorten(at)}" in the ${where}`
  const errcode = part === 'body' && !invalidInBody.has(error.keyword) ? 'M_BAD_JSON' : 'M_INVALID_PARAM'
  return new MatrixError(errcode, `${subject} must ${demandOf(error.keyword, params)}.`)
}

const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

const demandOf = (keyword: string, params: { readonly [name: string]: unknown }): string => {
  switch (keyword) {
    case 'type':
      return `be of type ${params['type']}`
    case 'enum':
      return `be one of ${(params['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')}`
    case 'const':
      return `be ${JSON.stringify(params['allowedValue'])}`
    case 'minimum':
      return `be at least ${params['limit']}`
    case 'maximum':
      return `be at most ${params['limit']}`
    case 'minLength':
      return `have at least ${params['limit']} characters`
    case 'maxLength':
      return `have at most ${params['limit']} characters`
    case 'minItems':
      return `have at least ${params['limit']} items`
    case 'maxItems':
      return `have at most ${params['limit']} items`
    case 'maxProperties':
      return `have at most ${params['limit']} keys`
    case 'uniqueItems':
      return 'have no item twice'
    case 'pattern':
      return `match ${params['pattern']}`
    case 'format':
      return `be ${formats[String(params['format'])]?.[1] ?? 'well-formed'}`
    case 'additionalProperties':
      return `have no key "${shorten(String(params['additionalProperty']))}"`
    case 'propertyNames':
      return `have no key "${shorten(String(params['propertyName']))}"`
    default:
      return 'have one of the accepted shapes'
  }
}
