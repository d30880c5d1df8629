import { whoAmI } from '../../spec/client/account.ts'
import { getDevice, listDevices } from '../../spec/client/devices.ts'
import { getLoginFlows, login, logout, logoutAll, refresh } from '../../spec/client/login.ts'
import { sync } from '../../spec/client/sync.ts'
import { check, type Feature } from '../check.ts'
import { NotApplicable, differ, equal, holds, present, shown } from '../expect.ts'
import { byPassword } from '../interactive.ts'

const needs: readonly Feature[] = ['passwords']

export const loginChecks = [
  check('login/flows', { clause: getLoginFlows }, 'The ways to log in are listed for anyone.', async ({ nobody }) => {
    const { flows = [] } = await nobody.ok(getLoginFlows, {})
    holds(
      flows.some(({ type }) => type === 'm.login.password'),
      `m.login.password in ${shown(flows)}`,
    )
  }),
  check(
    'login/by-user-id',
    { clause: login, needs },
    'Somebody who gives user ID and password is given a session.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const session = await nobody.ok(login, byPassword(alice))
      equal(session.user_id, alice.userId, 'The user ID')
      equal((await as(session.access_token).ok(whoAmI, {})).device_id, session.device_id, 'The device of the token')
    },
  ),
  check('login/by-localpart', { clause: login, needs }, 'The localpart alone is enough.', async ({ people, nobody }) => {
    const [alice] = await people('alice')
    const session = await nobody.ok(login, byPassword(alice, { identifier: { type: 'm.id.user', user: alice.localpart } }))
    equal(session.user_id, alice.userId, 'The user ID')
  }),
  check(
    'login/by-the-deprecated-user-key',
    { clause: login, needs, level: 'should' },
    'The deprecated key `user` still names who logs in.',
    async ({ people, nobody }) => {
      const [{ userId, password, localpart }] = await people('alice')
      equal((await nobody.ok(login, { body: { type: 'm.login.password', user: localpart, password } })).user_id, userId, 'The user ID')
    },
  ),
  check(
    'login/by-the-r0-path',
    { clause: 'client-server-api/#api-versions', about: [login], needs, level: 'should' },
    'Clients that still say r0 are let in.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      const { status, body } = await nobody.raw({
        method: 'POST',
        path: '/_matrix/client/r0/login',
        body: JSON.stringify(byPassword(alice).body),
      })
      equal([status, (body as { user_id?: string }).user_id], [200, alice.userId], 'Status and user ID')
    },
  ),
  check(
    'login/wrong-password',
    { clause: login, needs },
    'A wrong password is refused with 403 M_FORBIDDEN.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      await nobody.refused(login, byPassword(alice, { password: 'not it' }), 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'login/unknown-user',
    { clause: login, needs },
    'Somebody who does not exist is refused as one with a wrong password is.',
    async ({ nobody, unique, serverName }) => {
      const body = {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: `@${unique('ghost')}:${serverName}` },
        password: 'not it',
      }
      await nobody.refused(login, { body }, 403, 'M_FORBIDDEN')
    },
  ),
  check('login/user-of-another-server', { clause: login }, 'A user ID of another server is no account here.', async ({ nobody }) => {
    const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user: '@alice:elsewhere.test' }, password: 'not it' }
    await nobody.refused(login, { body }, 403, 'M_FORBIDDEN')
  }),
  check(
    'login/unknown-type',
    { clause: login },
    'A way to log in that the server does not know is refused with 400 M_UNKNOWN.',
    async ({ nobody }) => {
      await nobody.refused(login, { body: { type: 'org.example.handshake' } }, 400, ['M_UNKNOWN', 'M_INVALID_PARAM'])
    },
  ),
  check('login/no-type', { clause: login }, 'A login without a type is an error of the caller.', async ({ nobody }) => {
    await nobody.refused(login, { body: {} }, 400, ['M_MISSING_PARAM', 'M_BAD_JSON', 'M_UNKNOWN'])
  }),
  check(
    'login/no-identifier',
    { clause: login },
    'A login by password that does not say whose is an error of the caller.',
    async ({ nobody }) => {
      await nobody.refused(login, { body: { type: 'm.login.password', password: 'x' } }, 400, [
        'M_MISSING_PARAM',
        'M_INVALID_PARAM',
        'M_BAD_JSON',
        'M_UNKNOWN',
      ])
    },
  ),
  check(
    'login/new-device-each-time',
    { clause: login, needs },
    'Without a device ID each login makes a device of its own, and earlier sessions go on.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      const one = await nobody.ok(login, byPassword(alice))
      const other = await nobody.ok(login, byPassword(alice))
      differ(one.device_id, other.device_id, 'The device IDs')
      differ(one.access_token, other.access_token, 'The tokens')
      const { devices = [] } = await alice.ok(listDevices, {})
      equal(devices.length, 3, 'The number of devices')
    },
  ),
  check(
    'login/names-a-new-device',
    { clause: login, needs },
    'A new device has the display name that the login gave it.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      const { device_id: deviceId } = await nobody.ok(login, byPassword(alice, { initial_device_display_name: 'Kitchen' }))
      equal((await alice.ok(getDevice, { deviceId })).display_name, 'Kitchen', 'The display name')
    },
  ),
  check(
    'login/known-device-is-used-again',
    { clause: 'client-server-api/#relationship-between-access-tokens-and-devices', about: [login, whoAmI], needs },
    'A login on a known device ends the earlier token of that device.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const session = await nobody.ok(login, byPassword(alice, { device_id: alice.deviceId }))
      equal(session.device_id, alice.deviceId, 'The device ID')
      await alice.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      equal((await as(session.access_token).ok(whoAmI, {})).user_id, alice.userId, 'Whose the new token is')
    },
  ),
  check(
    'login/logout-ends-the-token',
    { clause: logout, about: [logout, whoAmI], needs },
    'After a logout the token is refused with 401 M_UNKNOWN_TOKEN.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.ok(logout, {})
      const error = await alice.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      holds(error['soft_logout'] !== true, 'no soft_logout: the session is gone')
    },
  ),
  check(
    'login/logout-ends-one-session',
    { clause: logout, needs },
    'A logout ends its own session, removes its device, and leaves the others.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const other = await nobody.ok(login, byPassword(alice))
      await as(other.access_token).ok(logout, {})
      await as(other.access_token).refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      await alice.refused(getDevice, { deviceId: other.device_id }, 404, 'M_NOT_FOUND')
      equal((await alice.ok(whoAmI, {})).user_id, alice.userId, 'Whose the first token is')
    },
  ),
  check(
    'login/logout-all',
    { clause: logoutAll, about: [logoutAll, whoAmI], needs },
    'A logout of all ends every session, the calling one included.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const other = await nobody.ok(login, byPassword(alice))
      await alice.ok(logoutAll, {})
      await alice.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      await as(other.access_token).refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
    },
  ),
  check(
    'login/logout-ends-a-waiting-sync',
    { clause: logout, about: [logout, sync], needs, level: 'should' },
    'A sync that waits when its session ends does not go on waiting, and cannot be repeated.',
    async ({ people, nobody, as, patience }) => {
      const [alice] = await people('alice')
      const other = as((await nobody.ok(login, byPassword(alice))).access_token)
      const { next_batch: since } = await other.ok(sync, { timeout: 0 })
      const waiting = other.call(sync, { since, timeout: patience * 2 })
      await other.ok(logout, {})
      const started = Date.now()
      await waiting
      holds(Date.now() - started < patience, `an end of the waiting within ${patience} ms`)
      await other.refused(sync, { since }, 401, 'M_UNKNOWN_TOKEN')
    },
  ),
  check(
    'login/refresh',
    { clause: refresh, needs },
    'A refresh token is traded for a new access token of the same device.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const session = await nobody.ok(login, byPassword(alice, { refresh_token: true }))
      if (session.refresh_token === undefined) throw new NotApplicable('the server gives no refresh tokens')
      const fresh = await nobody.ok(refresh, { body: { refresh_token: session.refresh_token } })
      differ(fresh.access_token, session.access_token, 'The access tokens')
      const { user_id: user, device_id: device } = await as(present(fresh.access_token, 'an access token')).ok(whoAmI, {})
      equal([user, device], [alice.userId, session.device_id], 'Whose the new token is')
    },
  ),
  check(
    'login/refresh-token-ends-by-use',
    { clause: 'client-server-api/#refreshing-access-tokens', about: [refresh], needs, since: 'v1.3' },
    'Once the new access token has been used, the old refresh token is void.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const { refresh_token: old } = await nobody.ok(login, byPassword(alice, { refresh_token: true }))
      if (old === undefined) throw new NotApplicable('the server gives no refresh tokens')
      const again = await nobody.ok(refresh, { body: { refresh_token: old } })
      await as(again.access_token).ok(whoAmI, {})
      const { status, body } = await nobody.call(refresh, { body: { refresh_token: old } })
      holds(status === 401 || status === 403, `a refusal, not ${status} ${shown(body)}`)
    },
  ),
  check(
    'login/unknown-refresh-token',
    { clause: refresh },
    'A refresh token that was never given is refused with 401 M_UNKNOWN_TOKEN.',
    async ({ nobody }) => {
      const { status, body } = await nobody.call(refresh, { body: { refresh_token: 'never given' } })
      holds(status === 401 || status === 403, `401, not ${status}`)
      equal((body as { errcode?: string }).errcode, 'M_UNKNOWN_TOKEN', 'The errcode')
    },
  ),
  check(
    'login/no-token',
    { clause: 'client-server-api/#client-authentication', about: [whoAmI] },
    'A call that needs a token and has none is refused with 401 M_MISSING_TOKEN.',
    async ({ nobody }) => {
      await nobody.refused(whoAmI, {}, 401, 'M_MISSING_TOKEN')
    },
  ),
  check(
    'login/unknown-token',
    { clause: 'client-server-api/#client-authentication', about: [whoAmI] },
    'A token that the server has not given is refused with 401 M_UNKNOWN_TOKEN.',
    async ({ as }) => {
      await as('never-given').refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
    },
  ),
]
