import { resetPassword } from '../../../spec/extensions/password-reset.ts'
import type { SetPassword } from '../../accounts/set-password.ts'
import { route, type Route } from '../../http/route.ts'

interface Needs {
  readonly setPassword: SetPassword
}

/** A new password by a one-time link. */
export const passwordResetRoutes = ({ setPassword }: Needs): Route[] => [
  route(resetPassword, async ({ body }) => {
    await setPassword.reset(body.token, body.new_password)
    return {}
  }),
]
