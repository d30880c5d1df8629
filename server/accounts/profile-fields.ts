import { MatrixError } from '../protocol/errors.ts'

/** Names of the spec, and names with a namespace. appendices/#common-namespaced-identifier-grammar */
const fieldName = /^(displayname|avatar_url|[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+)$/

/** In characters; every member event of the user repeats them. */
const lengthOf: { readonly [field: string]: number } = { displayname: 256, avatar_url: 1000, 'm.tz': 100 }
const mxcUri = /^mxc:\/\/[^/?#\s]+\/[A-Za-z0-9_-]+$/

/** Whether a profile field may be so called. */
export const isFieldName = (field: string): boolean => fieldName.test(field) && field.length <= 255

/** Whether setting this value means to remove the field: an empty name or picture. */
export const isClearing = (field: string, value: unknown): boolean => value === '' && (field === 'displayname' || field === 'avatar_url')

const invalid = (message: string) => new MatrixError('M_INVALID_PARAM', message)

const checkName = (field: string): void => {
  if (Buffer.byteLength(field) > 255) throw new MatrixError('M_KEY_TOO_LARGE', 'The name of a profile field is at most 255 bytes long.')
  if (!isFieldName(field)) throw invalid('Name a field of your own like a package: org.example.field, in small letters.')
}

/**
 * The value that `body` gives the field; without a body, the name alone is checked.
 * @throws M_KEY_TOO_LARGE, M_INVALID_PARAM for a bad name or value, M_MISSING_PARAM without a value
 */
export const checkField = (field: string, body: { readonly [field: string]: unknown } | undefined): unknown => {
  checkName(field)
  if (body === undefined) return undefined
  if (!Object.hasOwn(body, field)) throw new MatrixError('M_MISSING_PARAM', `The body lacks "${field}".`)
  const value = body[field]
  const limit = Object.hasOwn(lengthOf, field) ? lengthOf[field] : undefined
  if (limit === undefined) return value
  if (typeof value !== 'string') throw invalid(`"${field}" is a string; use DELETE to remove it.`)
  if (value.length > limit) throw invalid(`"${field}" is at most ${limit} characters long.`)
  if (field === 'avatar_url' && value !== '' && !mxcUri.test(value)) throw invalid('"avatar_url" is an mxc: URI, as an upload gives it.')
  return value
}
