import {
  createRegistrationToken,
  deleteRegistrationToken,
  getRegistrationToken,
  listRegistrationTokens,
  putRegistrationToken,
  type RegistrationToken as TokenBody,
} from '../../../spec/admin/registration-tokens.ts'
import type { CountedToken, RegistrationTokens } from '../../accounts/registration-tokens.ts'
import { route, type Route } from '../../http/route.ts'

interface Needs {
  readonly registrationTokens: RegistrationTokens
}

const toBody = ({ token, usesAllowed, pending, completed, expiryTs }: CountedToken): TokenBody => ({
  token,
  uses_allowed: usesAllowed ?? null,
  pending,
  completed,
  expiry_time: expiryTs ?? null,
})

/** The invitations that administrators hand out. */
export const registrationTokenRoutes = ({ registrationTokens }: Needs): Route[] => [
  route(listRegistrationTokens, async ({ query: { valid } }) => ({
    registration_tokens: (await registrationTokens.list(valid)).map(toBody),
  })),
  route(createRegistrationToken, async ({ body }) =>
    toBody(
      await registrationTokens.add({
        token: body.token,
        length: body.length ?? 16,
        usesAllowed: body.uses_allowed,
        expiryTs: body.expiry_time,
      }),
    ),
  ),
  route(getRegistrationToken, async ({ params: { token } }) => toBody(await registrationTokens.get(token))),
  route(putRegistrationToken, async ({ params: { token }, body }) =>
    toBody(await registrationTokens.limit(token, { usesAllowed: body.uses_allowed, expiryTs: body.expiry_time })),
  ),
  route(deleteRegistrationToken, async ({ params: { token } }) => {
    await registrationTokens.remove(token)
    return {}
  }),
]
