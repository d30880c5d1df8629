import { checkRegistrationToken, checkUsername, register } from '../../../spec/client/registration.ts'
import type { IsTokenGood } from '../../accounts/auth-stages.ts'
import type { Register } from '../../accounts/register.ts'
import { route, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { sessionBody } from './session-body.ts'

interface Needs {
  readonly register: Register
  readonly isTokenGood: IsTokenGood
}

/** Sign-up. client-server-api/#legacy-account-registration */
export const registrationRoutes = ({ register: { signUp, checkUsername: check, checkOpen }, isTokenGood }: Needs): Route[] => [
  route(register, async ({ query: { kind }, body }) => {
    if (kind === 'guest') throw new MatrixError('M_GUEST_ACCESS_FORBIDDEN', 'There are no guest accounts here; register as a user.')
    const { userId, session } = await signUp({
      auth: body.auth,
      username: body.username,
      password: body.password,
      deviceId: body.device_id,
      deviceName: body.initial_device_display_name,
      inhibitLogin: body.inhibit_login ?? false,
      refreshable: body.refresh_token ?? false,
    })
    return session === undefined ? { user_id: userId } : sessionBody(session)
  }),
  route(checkUsername, async ({ query: { username } }) => {
    await check(username)
    return { available: true }
  }),
  route(checkRegistrationToken, async ({ query: { token } }) => {
    await checkOpen()
    return { valid: await isTokenGood(token) }
  }),
]
