import { deleteDevice, deleteDevices, getDevice, listDevices, putDevice, type Device as DeviceBody } from '../../../spec/client/devices.ts'
import type { InteractiveAuth, Stage } from '../../accounts/interactive-auth.ts'
import type { Logout } from '../../accounts/logout.ts'
import { route, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import type { Database } from '../../storage/database.ts'
import type { Device, DeviceStore } from '../../storage/devices.ts'

interface Needs {
  readonly database: Database
  readonly devices: DeviceStore
  readonly interactiveAuth: InteractiveAuth
  readonly logout: Logout
}

const flows: readonly (readonly Stage[])[] = [['m.login.password']]
const notFound = () => new MatrixError('M_NOT_FOUND', 'You have no such device.')

const toBody = ({ deviceId, displayName, lastSeenTs, lastSeenIp }: Device): DeviceBody => ({
  device_id: deviceId,
  ...(displayName !== undefined && { display_name: displayName }),
  ...(lastSeenTs !== undefined && { last_seen_ts: lastSeenTs }),
  ...(lastSeenIp !== undefined && { last_seen_ip: lastSeenIp }),
})

/** The devices of whoever is logged in. client-server-api/#device-management */
export const deviceRoutes = ({ database, devices, interactiveAuth, logout }: Needs): Route[] => [
  route(listDevices, async ({ requester: { userId } }) => ({ devices: (await devices.list(userId)).map(toBody) })),
  route(getDevice, async ({ requester: { userId }, params: { deviceId } }) => {
    const device = await devices.find(userId, deviceId)
    if (device === undefined) throw notFound()
    return toBody(device)
  }),
  route(putDevice, async ({ requester: { userId }, params: { deviceId }, body: { display_name: name } }) => {
    const known =
      name === undefined
        ? (await devices.find(userId, deviceId)) !== undefined
        : await database.write((tx) => devices.rename(tx, userId, deviceId, name))
    if (!known) throw notFound()
    return {}
  }),
  route(deleteDevice, async ({ requester: { userId }, params: { deviceId }, body: { auth } }) => {
    await interactiveAuth.prove({ operation: 'delete device', body: deviceId, userId, flows, auth })
    await logout.devices(userId, [deviceId])
    return {}
  }),
  route(deleteDevices, async ({ requester: { userId }, body: { devices: deviceIds, auth } }) => {
    await interactiveAuth.prove({ operation: 'delete devices', body: deviceIds, userId, flows, auth })
    await logout.devices(userId, deviceIds)
    return {}
  }),
]
