import { whoAmI } from '../../spec/client/account.ts'
import { deleteDevice, deleteDevices, getDevice, listDevices, putDevice } from '../../spec/client/devices.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, sameMembers, shown } from '../expect.ts'
import { anotherDevice, challenged, proven } from '../interactive.ts'

const needs: readonly Feature[] = ['passwords']

export const deviceChecks = [
  check('devices/list', { clause: listDevices, needs }, 'All devices of the user are listed, and no others.', async (stage) => {
    const [alice] = await stage.people('alice')
    const phone = await anotherDevice(alice, stage)
    const { devices = [] } = await alice.ok(listDevices, {})
    sameMembers(
      devices.map((device) => device.device_id),
      [alice.deviceId, phone.deviceId],
      'The devices',
    )
  }),
  check('devices/get', { clause: getDevice }, 'A device of the user is described.', async ({ people }) => {
    const [alice] = await people('alice')
    equal((await alice.ok(getDevice, { deviceId: alice.deviceId })).device_id, alice.deviceId, 'The device ID')
  }),
  check(
    'devices/absent-is-not-null',
    { clause: getDevice, level: 'should' },
    'What is not known of a device is left out, rather than null.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const seen = await alice.ok(getDevice, { deviceId: alice.deviceId })
      equal(seen.device_id, alice.deviceId, 'The device ID')
      holds(!Object.values(seen).some((value) => value === null), `no null in ${shown(seen)}`)
    },
  ),
  check(
    'devices/get-unknown',
    { clause: getDevice },
    'A device that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(getDevice, { deviceId: 'NOWHERE' }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'devices/of-others-are-not-seen',
    { clause: getDevice },
    'The device of another user is answered like one that does not exist.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await bob.refused(getDevice, { deviceId: alice.deviceId }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'devices/rename',
    { clause: putDevice, about: [putDevice, getDevice] },
    'A device has the name that its user gives it.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.ok(putDevice, { deviceId: alice.deviceId, body: { display_name: 'Study' } })
      equal((await alice.ok(getDevice, { deviceId: alice.deviceId })).display_name, 'Study', 'The name')
    },
  ),
  check(
    'devices/rename-unknown',
    { clause: putDevice },
    'To rename a device that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(putDevice, { deviceId: 'NOWHERE', body: { display_name: 'x' } }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'devices/of-others-are-not-renamed',
    { clause: putDevice, about: [putDevice] },
    'The device of another user cannot be renamed.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await bob.refused(putDevice, { deviceId: alice.deviceId, body: { display_name: 'mine' } }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'devices/delete-asks-for-proof',
    { clause: deleteDevice, needs },
    'A device is not removed on the word of a token alone.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      const phone = await anotherDevice(alice, stage)
      await challenged(alice, deleteDevice, { deviceId: phone.deviceId, body: {} })
      equal((await phone.ok(whoAmI, {})).device_id, phone.deviceId, 'The device of the token')
    },
  ),
  check(
    'devices/delete',
    { clause: deleteDevice, about: [deleteDevice, getDevice, whoAmI], needs },
    'A removed device is gone, and so is its token.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      const phone = await anotherDevice(alice, stage)
      await proven(alice, deleteDevice, { deviceId: phone.deviceId, body: {} })
      await alice.refused(getDevice, { deviceId: phone.deviceId }, 404, 'M_NOT_FOUND')
      await phone.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
    },
  ),
  check(
    'devices/delete-several',
    { clause: deleteDevices, about: [deleteDevices, listDevices, whoAmI], needs },
    'Several devices are removed at once; those that do not exist do no harm.',
    async (stage) => {
      const [alice] = await stage.people('alice')
      const [phone, tablet] = [await anotherDevice(alice, stage), await anotherDevice(alice, stage)]
      await proven(alice, deleteDevices, { body: { devices: [phone.deviceId, tablet.deviceId, 'NOWHERE'] } })
      const { devices = [] } = await alice.ok(listDevices, {})
      equal(
        devices.map((device) => device.device_id),
        [alice.deviceId],
        'The devices',
      )
      await phone.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
      await tablet.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')
    },
  ),
  check(
    'devices/of-others-are-not-deleted',
    { clause: deleteDevices, about: [whoAmI], needs },
    'To name the device of another user among those to remove does not end their session.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      await proven(bob, deleteDevices, { body: { devices: [alice.deviceId] } })
      equal((await alice.ok(whoAmI, {})).device_id, alice.deviceId, 'The device of the token')
    },
  ),
]
