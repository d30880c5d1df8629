import { getRegistrationNonce, registerWithSharedSecret } from '../../../spec/admin/register.ts'
import type { SharedSecretRegistration } from '../../accounts/shared-secret.ts'
import { route, type Route } from '../../http/route.ts'
import { sessionBody } from '../client/session-body.ts'

interface Needs {
  readonly sharedSecret: SharedSecretRegistration
}

/** Registration by the shared secret. */
export const sharedSecretRoutes = ({ sharedSecret }: Needs): Route[] => [
  route(getRegistrationNonce, async () => ({ nonce: sharedSecret.newNonce() })),
  route(registerWithSharedSecret, async ({ body }) => {
    const { userId, session } = await sharedSecret.signUp({
      nonce: body.nonce,
      username: body.username,
      displayName: body.displayname,
      password: body.password,
      admin: body.admin ?? false,
      userType: body.user_type ?? undefined,
      inhibitLogin: body.inhibit_login ?? false,
      mac: body.mac,
    })
    return session === undefined ? { user_id: userId } : sessionBody(session)
  }),
]
