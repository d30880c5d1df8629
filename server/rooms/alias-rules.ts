import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { compileGlob } from '../protocol/glob.ts'

/** One of the operator's rules; patterns take `*` and `?`. */
export interface AliasRule {
  readonly user_id: string
  readonly alias: string
  readonly room_id: string
  readonly action: 'allow' | 'deny'
}

/** Passes when somebody may give a room a name; `undefined`: a room that is being made. @throws M_FORBIDDEN */
export type CheckNaming = (userId: UserId, alias: RoomAlias, roomId: RoomId | undefined) => void

/** The first rule that fits decides; where none does, nobody names rooms. A room that is being made has an ID that only `*` fits. */
export function createCheckNaming(rules: readonly AliasRule[]): CheckNaming {
  const compiled = rules.map(({ user_id, alias, room_id, action }) => {
    const fits = { user: compileGlob(user_id), alias: compileGlob(alias), room: compileGlob(room_id) }
    return { action, fits }
  })
  return (userId, alias, roomId) => {
    const rule = compiled.find(({ fits }) => fits.user(userId) && fits.alias(alias) && fits.room(roomId ?? ''))
    if (rule?.action !== 'allow')
      throw new MatrixError('M_FORBIDDEN', `The operator of this server does not let you use the alias ${alias}; choose another.`)
  }
}
