import { changePassword, deactivateAccount, listThirdPartyIdentifiers, whoAmI } from '../../spec/client/account.ts'
import { login } from '../../spec/client/login.ts'
import { listJoinedMembers } from '../../spec/client/membership.ts'
import { checkUsername } from '../../spec/client/registration.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, shown } from '../expect.ts'
import { byPassword, challenged, passwordAuth, proven } from '../interactive.ts'
import { eventually } from '../sync-until.ts'

const needs: readonly Feature[] = ['passwords']
const fresh = 'an entirely new passphrase'

export const accountChecks = [
  check('account/whoami', { clause: whoAmI }, 'A token tells whose it is, and on what device.', async ({ people }) => {
    const [alice] = await people('alice')
    const { user_id: user, device_id: device } = await alice.ok(whoAmI, {})
    equal([user, device], [alice.userId, alice.deviceId], 'User and device')
  }),
  check(
    'account/password-change-asks-for-proof',
    { clause: changePassword, needs },
    'A password is not changed on the word of a token alone.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      const { flows } = await challenged(alice, changePassword, { body: { new_password: fresh } })
      holds(
        flows.some(({ stages }) => stages.includes('m.login.password')),
        `a flow with m.login.password in ${shown(flows)}`,
      )
      equal((await nobody.ok(login, byPassword(alice))).user_id, alice.userId, 'Who logs in by the old password')
    },
  ),
  check(
    'account/password-change',
    { clause: changePassword, needs },
    'After a change the new password is good, and the old one is not.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      await proven(alice, changePassword, { body: { new_password: fresh } })
      equal((await nobody.ok(login, byPassword(alice, { password: fresh }))).user_id, alice.userId, 'Who logs in')
      await nobody.refused(login, byPassword(alice), 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account/password-change-with-wrong-proof',
    { clause: changePassword, needs },
    'A wrong password as proof is answered with another 401 that says M_FORBIDDEN.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      const { session } = await challenged(alice, changePassword, { body: { new_password: fresh } })
      const auth = passwordAuth({ ...alice, password: 'not it' }, session)
      const { errcode } = await challenged(alice, changePassword, { body: { new_password: fresh, auth } })
      equal(errcode, 'M_FORBIDDEN', 'The errcode')
      await nobody.refused(login, byPassword(alice, { password: fresh }), 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account/proof-of-another',
    { clause: 'client-server-api/#user-interactive-authentication-api', about: [changePassword], needs },
    'Proof that one is somebody else is no proof.',
    async ({ people, nobody }) => {
      const [alice, bob] = await people('alice', 'bob')
      const { session } = await challenged(alice, changePassword, { body: { new_password: fresh } })
      const { status } = await alice.call(changePassword, { body: { new_password: fresh, auth: passwordAuth(bob, session) } })
      holds(status === 401 || status === 403, `a refusal, not ${status}`)
      await nobody.refused(login, byPassword(alice, { password: fresh }), 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'account/password-change-ends-other-sessions',
    { clause: changePassword, about: [changePassword, whoAmI], needs },
    'A password change ends all sessions but the calling one.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const other = await nobody.ok(login, byPassword(alice))
      await proven(alice, changePassword, { body: { new_password: fresh } })
      await as(other.access_token).refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      equal((await alice.ok(whoAmI, {})).user_id, alice.userId, 'Whose the calling token is')
    },
  ),
  check(
    'account/password-change-that-keeps-sessions',
    { clause: changePassword, about: [changePassword, whoAmI], needs },
    'With logout_devices false the other sessions go on.',
    async ({ people, nobody, as }) => {
      const [alice] = await people('alice')
      const other = await nobody.ok(login, byPassword(alice))
      await proven(alice, changePassword, { body: { new_password: fresh, logout_devices: false } })
      equal((await as(other.access_token).ok(whoAmI, {})).device_id, other.device_id, 'The device of the other token')
    },
  ),
  check(
    'account/deactivate-asks-for-proof',
    { clause: deactivateAccount, needs },
    'An account is not closed on the word of a token alone.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await challenged(alice, deactivateAccount, { body: {} })
      equal((await alice.ok(whoAmI, {})).user_id, alice.userId, 'Whose the token is still')
    },
  ),
  check(
    'account/deactivate-ends-all',
    { clause: deactivateAccount, about: [deactivateAccount, login, whoAmI], needs },
    'A closed account has no sessions and cannot log in.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      await proven(alice, deactivateAccount, { body: {} })
      await alice.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      await nobody.refused(login, byPassword(alice), 403, ['M_USER_DEACTIVATED', 'M_FORBIDDEN'])
    },
  ),
  check(
    'account/deactivated-name-stays-taken',
    { clause: deactivateAccount, about: [checkUsername], needs },
    'The name of a closed account is not given out again.',
    async ({ people, nobody }) => {
      const [alice] = await people('alice')
      await proven(alice, deactivateAccount, { body: {} })
      await nobody.refused(checkUsername, { username: alice.localpart }, 400, ['M_USER_IN_USE', 'M_EXCLUSIVE'])
    },
  ),
  check(
    'account/deactivated-leave-their-rooms',
    { clause: deactivateAccount, about: [deactivateAccount, listJoinedMembers], needs, level: 'should' },
    'A closed account leaves the rooms that it was in.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await proven(bob, deactivateAccount, { body: {} })
      const joined = await eventually(patience, 'a room without the closed account', async () => {
        const { joined = {} } = await alice.ok(listJoinedMembers, { roomId })
        return !(bob.userId in joined) && joined
      })
      equal(Object.keys(joined), [alice.userId], 'The members')
    },
  ),
  check(
    'account/no-third-party-identifiers',
    { clause: listThirdPartyIdentifiers },
    'A new account has neither e-mail address nor telephone number.',
    async ({ people }) => {
      const [alice] = await people('alice')
      equal((await alice.ok(listThirdPartyIdentifiers, {})).threepids, [], 'The identifiers')
    },
  ),
]
