import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Endpoint } from '../spec/endpoint.ts'
import { errorBody } from '../spec/errors.ts'
import type { Schema } from '../spec/schema.ts'

const ajv = new Ajv2020({
  strict: false,
  allErrors: false,
  formats: {
    'user-id': /^@[^:]*:.+$/s,
    'room-id': /^!.+$/s,
    'event-id': /^\$.+$/s,
    'room-alias': /^#[^:]*:.+$/s,
    'room-id-or-alias': /^[!#].+$/s,
  },
})
const compiled = new WeakMap<object, ValidateFunction>()

/** Why `value` breaks `schema`, in one sentence; `undefined` if it does not. */
export const breach = (schema: Schema, value: unknown): string | undefined => {
  let validate = compiled.get(schema)
  if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)))
  if (validate(value)) return undefined
  const first = validate.errors?.[0]
  return `${first?.instancePath || 'the body'} ${first?.message ?? 'is not as the contract says'}`
}

/**
 * Why a 200 of `endpoint` breaks the contract. A null where a key could be absent is let pass, since many servers say it so;
 * `devices/absent-is-not-null` judges that by itself.
 */
export const responseBreach = (endpoint: Endpoint, body: unknown): string | undefined => {
  const wrong = breach(endpoint.response, body)
  return wrong === undefined ? undefined : breach(endpoint.response, withoutNulls(body)) === undefined ? undefined : wrong
}

const withoutNulls = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutNulls)
    : typeof value !== 'object' || value === null
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .filter(([, inner]) => inner !== null)
            .map(([key, inner]) => [key, withoutNulls(inner)]),
        )

/** Why the body of an error answer is not a standard error response. client-server-api/#standard-error-response */
export const errorBreach = (body: unknown): string | undefined => breach(errorBody, body)
