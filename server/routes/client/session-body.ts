import type { SessionGrant } from '../../accounts/start-session.ts'

/** The tokens of a session as clients read them; what does not apply is absent. client-server-api/#refreshing-access-tokens */
export const tokensBody = ({
  accessToken,
  refreshToken,
  expiresInMs,
}: Pick<SessionGrant, 'accessToken' | 'refreshToken' | 'expiresInMs'>) => ({
  access_token: accessToken,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  ...(expiresInMs !== undefined && { expires_in_ms: expiresInMs }),
})

/** A new session as clients read it. `home_server` is deprecated, but clients in the field read it. */
export const sessionBody = (session: SessionGrant) => ({
  user_id: session.userId,
  device_id: session.deviceId,
  home_server: session.userId.slice(session.userId.indexOf(':') + 1),
  ...tokensBody(session),
})
