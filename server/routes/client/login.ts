import { getLoginFlows, login, logout, logoutAll, refresh } from '../../../spec/client/login.ts'
import { loginTypes, type Login } from '../../accounts/login.ts'
import type { Logout } from '../../accounts/logout.ts'
import type { Refresh } from '../../accounts/refresh.ts'
import { route, type Route } from '../../http/route.ts'
import { sessionBody, tokensBody } from './session-body.ts'

interface Needs {
  readonly login: Login
  readonly logout: Logout
  readonly refresh: Refresh
}

/** Sessions: their start, renewal and end. client-server-api/#legacy-login */
export const loginRoutes = ({ login: logIn, logout: logOut, refresh: renew }: Needs): Route[] => [
  route(getLoginFlows, async () => ({ flows: loginTypes.map((type) => ({ type })) })),
  route(login, async ({ body }) =>
    sessionBody(
      await logIn({
        type: body.type,
        identifier: body.identifier as { type: string; user?: string } | undefined,
        user: body.user,
        address: body.address,
        password: body.password,
        deviceId: body.device_id,
        displayName: body.initial_device_display_name,
        refreshable: body.refresh_token ?? false,
      }),
    ),
  ),
  route(logout, async ({ requester: { userId, deviceId } }) => {
    await logOut.devices(userId, [deviceId])
    return {}
  }),
  route(logoutAll, async ({ requester: { userId } }) => {
    await logOut.all(userId)
    return {}
  }),
  route(refresh, async ({ body }) => tokensBody(await renew(body.refresh_token))),
]
