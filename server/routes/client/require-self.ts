import type { UserId } from '../../../spec/identifiers.ts'
import type { Requester } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'

/** Passes when the path names who calls. @throws M_FORBIDDEN for anybody else's ID */
export const requireSelf = (requester: Requester, userId: UserId): void => {
  if (requester.userId !== userId)
    throw new MatrixError('M_FORBIDDEN', `You can do this for yourself only; put ${requester.userId} into the path.`)
}
