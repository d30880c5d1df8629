import { getRegistrationNonce, registerWithSharedSecret } from '../../spec/admin/register.ts'
import {
  createRegistrationToken,
  deleteRegistrationToken,
  getRegistrationToken,
  listRegistrationTokens,
  putRegistrationToken,
} from '../../spec/admin/registration-tokens.ts'
import { whoAmI } from '../../spec/client/account.ts'
import { checkRegistrationToken } from '../../spec/client/registration.ts'
import { type Feature, type Stage, check } from '../check.ts'
import type { Caller } from '../client.ts'
import { equal, holds, matches, present } from '../expect.ts'
import { signedBySecret } from '../shared-secret.ts'

const needs: readonly Feature[] = ['shared-secret']
const password = 'a long enough passphrase'

/** The body of a registration with the shared secret. */
const signed = async ({ nobody, sharedSecret }: Stage, username: string, admin = false, secret = sharedSecret): Promise<object> => {
  const { nonce } = await nobody.ok(getRegistrationNonce, {})
  return signedBySecret(secret ?? '', { nonce, username, password, admin })
}

/** A new administrator of the server. */
export const administrator = async (stage: Stage): Promise<Caller> => {
  const session = await stage.nobody.ok(registerWithSharedSecret, { body: await signed(stage, stage.unique('root'), true) })
  return stage.as(present(session.access_token, 'an access token'))
}

export const adminRegistrationChecks = [
  check(
    'admin/register-by-secret',
    { clause: registerWithSharedSecret, needs },
    'Whoever has the shared secret makes an account, which is logged in.',
    async (stage) => {
      const username = stage.unique('ann')
      const session = await stage.nobody.ok(registerWithSharedSecret, { body: await signed(stage, username) })
      equal(session.user_id, `@${username}:${stage.serverName}`, 'The user ID')
      equal((await stage.as(session.access_token ?? '').ok(whoAmI, {})).user_id, session.user_id, 'Whose the token is')
    },
  ),
  check(
    'admin/register-by-a-wrong-secret',
    { clause: registerWithSharedSecret, needs },
    'A signature by another secret is refused with 403.',
    async (stage) => {
      const body = await signed(stage, stage.unique('ann'), false, 'not the secret')
      const { status } = await stage.nobody.call(registerWithSharedSecret, { body })
      equal(status, 403, 'The status')
    },
  ),
  check('admin/nonce-serves-once', { clause: registerWithSharedSecret, needs }, 'A nonce serves once.', async (stage) => {
    const body = await signed(stage, stage.unique('ann'))
    await stage.nobody.ok(registerWithSharedSecret, { body })
    const { status } = await stage.nobody.call(registerWithSharedSecret, { body })
    equal(status, 400, 'The status')
  }),
  check(
    'admin/tokens-are-for-administrators',
    { clause: listRegistrationTokens, about: [listRegistrationTokens, createRegistrationToken], needs },
    'Who is no administrator neither reads nor makes registration tokens.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      await alice.refused(listRegistrationTokens, {}, 403, 'M_FORBIDDEN')
      await alice.refused(createRegistrationToken, { body: {} }, 403, 'M_FORBIDDEN')
      await stage.nobody.refused(listRegistrationTokens, {}, 401, 'M_MISSING_TOKEN')
    },
  ),
  check(
    'admin/make-a-token',
    { clause: createRegistrationToken, about: [createRegistrationToken, getRegistrationToken, listRegistrationTokens], needs },
    'A token that an administrator makes is as asked for, and is listed.',
    async (stage) => {
      const root = await administrator(stage)
      const token = stage.unique('token')
      const wanted = { token, uses_allowed: 3, pending: 0, completed: 0, expiry_time: null }
      matches(await root.ok(createRegistrationToken, { body: { token, uses_allowed: 3 } }), wanted, 'The new token')
      matches(await root.ok(getRegistrationToken, { token }), wanted, 'The token')
      const { registration_tokens: all } = await root.ok(listRegistrationTokens, {})
      matches(
        all.find((one) => one.token === token),
        wanted,
        'The token in the list',
      )
    },
  ),
  check('admin/random-token', { clause: createRegistrationToken, needs }, 'Without a wish the token is random.', async (stage) => {
    const root = await administrator(stage)
    const [one, other] = [
      await root.ok(createRegistrationToken, { body: {} }),
      await root.ok(createRegistrationToken, { body: { length: 30 } }),
    ]
    holds(one.token.length === 16 && other.token.length === 30, `lengths of 16 and 30, not ${one.token.length} and ${other.token.length}`)
  }),
  check(
    'admin/token-taken',
    { clause: createRegistrationToken, needs },
    'A token that there is already is refused with 400 M_INVALID_PARAM.',
    async (stage) => {
      const root = await administrator(stage)
      const body = { token: stage.unique('token') }
      await root.ok(createRegistrationToken, { body })
      await root.refused(createRegistrationToken, { body }, 400, 'M_INVALID_PARAM')
    },
  ),
  check(
    'admin/change-a-token',
    { clause: putRegistrationToken, about: [putRegistrationToken, getRegistrationToken], needs },
    'What a change names is changed, and the rest stays.',
    async (stage) => {
      const root = await administrator(stage)
      const token = stage.unique('token')
      await root.ok(createRegistrationToken, { body: { token, uses_allowed: 3 } })
      const later = Date.now() + 3_600_000
      await root.ok(putRegistrationToken, { token, body: { expiry_time: later } })
      matches(await root.ok(getRegistrationToken, { token }), { uses_allowed: 3, expiry_time: later }, 'The token')
    },
  ),
  check(
    'admin/delete-a-token',
    { clause: deleteRegistrationToken, about: [deleteRegistrationToken, getRegistrationToken], needs },
    'A token that is deleted is gone.',
    async (stage) => {
      const root = await administrator(stage)
      const token = stage.unique('token')
      await root.ok(createRegistrationToken, { body: { token } })
      await root.ok(deleteRegistrationToken, { token })
      await root.refused(getRegistrationToken, { token }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'admin/valid-tokens',
    { clause: checkRegistrationToken, needs },
    'A token that was made is valid, where registration by token is in use.',
    async (stage) => {
      const root = await administrator(stage)
      const [used, token] = [stage.unique('token'), stage.unique('token')]
      await root.ok(createRegistrationToken, { body: { token } })
      await root.ok(createRegistrationToken, { body: { token: used, uses_allowed: 0 } })
      const first = await stage.nobody.call(checkRegistrationToken, { token })
      if (first.status === 403) return
      equal([first.status, first.body], [200, { valid: true }], 'The answer')
      equal((await stage.nobody.ok(checkRegistrationToken, { token: used })).valid, false, 'Whether one of no use is valid')
    },
  ),
]
