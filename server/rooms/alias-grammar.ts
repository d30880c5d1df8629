import type { RoomAlias } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { isRoomAlias, serverNameOf } from '../protocol/identifiers.ts'

/**
 * The alias of this server that has a localpart. appendices/#room-aliases
 * @throws M_INVALID_PARAM when there can be no such alias
 */
export function localAlias(localpart: string, serverName: string): RoomAlias {
  const alias = `#${localpart}:${serverName}`
  if (localpart === '' || /[\s:\p{Cc}]/u.test(localpart) || !isRoomAlias(alias)) {
    throw new MatrixError(
      'M_INVALID_PARAM',
      'An alias has no space, colon or control character, and with the server name at most 255 bytes.',
    )
  }
  return alias
}

/** @throws M_INVALID_PARAM when the alias is none, or belongs to another server */
export function requireLocalAlias(alias: string, serverName: string): RoomAlias {
  if (serverNameOf(alias) !== serverName || !alias.startsWith('#')) {
    throw new MatrixError('M_INVALID_PARAM', `This server keeps aliases that end in :${serverName} alone.`)
  }
  return localAlias(alias.slice(1, alias.indexOf(':')), serverName)
}
