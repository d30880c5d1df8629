import { whoAmI } from '../../spec/client/account.ts'
import { login } from '../../spec/client/login.ts'
import { checkRegistrationToken, checkUsername, register } from '../../spec/client/registration.ts'
import { interactiveChallenge } from '../../spec/interactive-auth.ts'
import { check, type Feature } from '../check.ts'
import { breach } from '../contract.ts'
import { differ, equal, holds, present, shown } from '../expect.ts'
import { byPassword } from '../interactive.ts'

const needs: readonly Feature[] = ['registration']
const dummy = { type: 'm.login.dummy' }
const password = 'a long enough passphrase'
const invalidNames = { space: 'two words', colon: 'a:b', sigil: '@someone', emoji: '🏠', exclamation: 'well!' } as const

export const registrationChecks = [
  check(
    'registration/gives-a-session',
    { clause: register, needs },
    'A new account is logged in at once: user ID, access token and device are given, and the token works.',
    async ({ nobody, as, unique, serverName }) => {
      const username = unique('ann')
      const session = await nobody.ok(register, { body: { username, password, auth: dummy } })
      equal(session.user_id, `@${username}:${serverName}`, 'The user ID')
      const token = present(session.access_token, 'an access token')
      const seen = await as(token).ok(whoAmI, {})
      equal([seen.user_id, seen.device_id], [session.user_id, session.device_id], 'Whose token it is')
    },
  ),
  check(
    'registration/keeps-the-wished-device',
    { clause: register, needs },
    'The device has the ID that the request names.',
    async ({ nobody, unique }) => {
      const session = await nobody.ok(register, { body: { username: unique('ann'), password, auth: dummy, device_id: 'LAPTOP' } })
      equal(session.device_id, 'LAPTOP', 'The device ID')
    },
  ),
  check(
    'registration/inhibit-login',
    { clause: register, needs },
    'With inhibit_login there is neither token nor device; the account can log in.',
    async ({ nobody, unique }) => {
      const session = await nobody.ok(register, { body: { username: unique('ann'), password, auth: dummy, inhibit_login: true } })
      equal([session.access_token, session.device_id], [undefined, undefined], 'Token and device')
      const later = await nobody.ok(login, byPassword({ userId: session.user_id, password }))
      equal(later.user_id, session.user_id, 'Who logged in')
    },
  ),
  check(
    'registration/without-a-name',
    { clause: register, needs },
    'Without a username the server picks one, another each time.',
    async ({ nobody, serverName }) => {
      const one = await nobody.ok(register, { body: { password, auth: dummy } })
      const other = await nobody.ok(register, { body: { password, auth: dummy } })
      holds(one.user_id.endsWith(`:${serverName}`), `a user ID of ${serverName}, not ${one.user_id}`)
      differ(one.user_id, other.user_id, 'The user IDs')
    },
  ),
  check(
    'registration/asks-for-proof',
    { clause: register, needs },
    'Without auth the answer is a 401 that lists the flows, and a session in which they are gone through.',
    async ({ nobody, unique }) => {
      const username = unique('ann')
      const { status, body } = await nobody.call(register, { body: { username, password } })
      equal(status, 401, 'The status')
      const wrong = breach(interactiveChallenge, body)
      holds(wrong === undefined, `a list of flows, but ${wrong}`)
      const { session, flows } = body as { session?: string; flows: { stages: string[] }[] }
      holds(
        flows.some(({ stages }) => stages.includes('m.login.dummy')),
        `a flow with m.login.dummy in ${shown(flows)}`,
      )
      const made = await nobody.ok(register, { body: { username, password, auth: { ...dummy, session } } })
      holds(made.user_id.startsWith(`@${username}:`), `@${username}, not ${made.user_id}`)
    },
  ),
  check(
    'registration/unknown-stage',
    { clause: 'client-server-api/#user-interactive-authentication-api', about: [register], needs },
    'A stage that nobody knows makes no account.',
    async ({ nobody, unique }) => {
      const username = unique('ann')
      const { status } = await nobody.call(register, { body: { username, password, auth: { type: 'org.example.wish' } } })
      holds(status >= 400 && status < 500, `a refusal, not ${status}`)
      const { available } = await nobody.ok(checkUsername, { username })
      equal(available, true, 'Whether the name is free still')
    },
  ),
  check(
    'registration/name-taken',
    { clause: register, needs },
    'A name that is taken is refused with 400 M_USER_IN_USE.',
    async ({ nobody, people }) => {
      const [alice] = await people('alice')
      await nobody.refused(register, { body: { username: alice.localpart, password, auth: dummy } }, 400, 'M_USER_IN_USE')
    },
  ),
  check(
    'registration/race-for-a-name',
    { clause: register, needs },
    'Of several who register a name at once, one gets it.',
    async ({ nobody, unique }) => {
      const username = unique('ann')
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => nobody.call(register, { body: { username, password, auth: dummy } })),
      )
      equal(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400], 'The statuses')
    },
  ),
  ...Object.entries(invalidNames).map(([kind, name]) =>
    check(
      `registration/invalid-name-with-${kind}`,
      { clause: register, needs },
      `A username with what a user ID cannot hold ("${name}") is refused with 400 M_INVALID_USERNAME.`,
      async ({ nobody }) => {
        await nobody.refused(register, { body: { username: name, password, auth: dummy } }, 400, 'M_INVALID_USERNAME')
      },
    ),
  ),
  check(
    'registration/name-too-long',
    { clause: register, needs },
    'A username that would make the user ID longer than 255 bytes is refused.',
    async ({ nobody }) => {
      await nobody.refused(register, { body: { username: 'a'.repeat(255), password, auth: dummy } }, 400, [
        'M_INVALID_USERNAME',
        'M_BAD_JSON',
        'M_INVALID_PARAM',
      ])
    },
  ),
  check('registration/name-available', { clause: checkUsername, needs }, 'A free name is available.', async ({ nobody, unique }) => {
    equal((await nobody.ok(checkUsername, { username: unique('ann') })).available, true, 'available')
  }),
  check(
    'registration/name-not-available',
    { clause: checkUsername, needs },
    'A taken name is refused with 400 M_USER_IN_USE.',
    async ({ nobody, people }) => {
      const [alice] = await people('alice')
      await nobody.refused(checkUsername, { username: alice.localpart }, 400, 'M_USER_IN_USE')
    },
  ),
  check(
    'registration/name-not-possible',
    { clause: checkUsername, needs },
    'A name that no user ID can have is refused with 400 M_INVALID_USERNAME.',
    async ({ nobody }) => {
      await nobody.refused(checkUsername, { username: 'not a name' }, 400, 'M_INVALID_USERNAME')
    },
  ),
  check(
    'registration/name-missing',
    { clause: checkUsername },
    'To ask for availability without a name is an error of the caller.',
    async ({ nobody }) => {
      await nobody.refused(checkUsername, {}, 400, ['M_MISSING_PARAM', 'M_INVALID_PARAM', 'M_UNKNOWN'])
    },
  ),
  check(
    'registration/unknown-kind',
    { clause: register },
    'A kind of account that does not exist is an error of the caller.',
    async ({ nobody, unique }) => {
      const { status } = await nobody.raw({
        method: 'POST',
        path: `${register.path}?kind=robot`,
        body: JSON.stringify({ username: unique('ann'), password, auth: dummy }),
      })
      equal(status, 400, 'The status')
    },
  ),
  check(
    'registration/password-is-a-string',
    { clause: register, needs },
    'A password that is no string is an error of the caller.',
    async ({ nobody, unique }) => {
      const { status } = await nobody.call(register, { body: { username: unique('ann'), password: 12345678, auth: dummy } })
      equal(status, 400, 'The status')
    },
  ),
  check(
    'registration/unknown-token-is-not-valid',
    { clause: checkRegistrationToken },
    'A registration token that nobody has made is not valid.',
    async ({ nobody, unique }) => {
      const { status, body } = await nobody.call(checkRegistrationToken, { token: unique('token') })
      if (status === 403) {
        equal((body as { errcode?: string }).errcode, 'M_FORBIDDEN', 'The errcode where tokens are not in use')
        return
      }
      equal(body, { valid: false }, 'The answer')
    },
  ),
]
