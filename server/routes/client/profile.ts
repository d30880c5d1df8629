import { deleteProfileField, getProfile, getProfileField, putProfileField } from '../../../spec/client/profile.ts'
import type { UserProfile } from '../../accounts/profile.ts'
import { route, type Requester, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'

interface Needs {
  readonly profile: UserProfile
  /** Whether only who is logged in may look profiles up. */
  readonly requireLogin: boolean
}

/** Profiles. client-server-api/#profiles */
export const profileRoutes = ({ profile, requireLogin }: Needs): Route[] => {
  const checkAccess = (requester: Requester | undefined): void => {
    if (requireLogin && requester === undefined) throw new MatrixError('M_MISSING_TOKEN', 'Log in to look at profiles here.')
  }
  return [
    route(getProfile, async ({ requester, params: { userId } }) => {
      checkAccess(requester)
      return profile.get(userId)
    }),
    route(getProfileField, async ({ requester, params: { userId, keyName } }) => {
      checkAccess(requester)
      return profile.getField(userId, keyName)
    }),
    route(putProfileField, async ({ requester, params: { userId, keyName }, body }) => {
      await profile.setField(requester.userId, userId, keyName, body)
      return {}
    }),
    route(deleteProfileField, async ({ requester, params: { userId, keyName } }) => {
      await profile.removeField(requester.userId, userId, keyName)
      return {}
    }),
  ]
}
