import { randomInt } from 'node:crypto'
import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { isLocalpart } from '../protocol/identifiers.ts'

/** `_`: bridges and the server's own users; `visitor-`: guests of live chat. */
const reserved = /^(_|visitor-)/
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/**
 * The user ID that a person who wishes for `username` gets: capitals become small. appendices/#user-identifiers
 * @throws M_INVALID_USERNAME outside the grammar, M_EXCLUSIVE for reserved names
 */
export const newUserId = (username: string, serverName: string): UserId => {
  const localpart = username.toLowerCase()
  const userId: UserId = `@${localpart}:${serverName}`
  if (!isLocalpart(localpart)) {
    throw new MatrixError('M_INVALID_USERNAME', 'A username is made of the letters a to z, digits and . _ = - / + alone.')
  }
  if (Buffer.byteLength(userId) > 255) throw new MatrixError('M_INVALID_USERNAME', 'This username is too long; choose a shorter one.')
  if (reserved.test(localpart)) throw new MatrixError('M_EXCLUSIVE', 'Names that begin with _ or visitor- are reserved; choose another.')
  return userId
}

/** A user ID for somebody who did not choose a name. */
export const randomUserId = (serverName: string): UserId =>
  `@${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}:${serverName}`

/** The user ID of this server that somebody means by an ID or a localpart; `undefined` when it cannot be one. */
export const localUserId = (user: string, serverName: string): UserId | undefined => {
  const end = `:${serverName}`
  if (user.startsWith('@') && !user.endsWith(end)) return undefined
  const localpart = (user.startsWith('@') ? user.slice(1, -end.length) : user).toLowerCase()
  return isLocalpart(localpart) && localpart.length <= 255 ? `@${localpart}:${serverName}` : undefined
}
