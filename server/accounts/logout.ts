import type { UserId } from '../../spec/identifiers.ts'
import type { Database } from '../storage/database.ts'
import type { DeviceStore } from '../storage/devices.ts'
import type { EndSessions } from './end-sessions.ts'

/** Ends sessions and removes their devices. client-server-api/#post_matrixclientv3logout */
export interface Logout {
  /** Of those devices the user has; the others are gone already. */
  devices(userId: UserId, deviceIds: readonly string[]): Promise<void>
  all(userId: UserId): Promise<void>
}

interface Needs {
  readonly database: Database
  readonly devices: DeviceStore
  readonly endSessions: EndSessions
}

export const createLogout = ({ database, devices, endSessions }: Needs): Logout => ({
  async devices(userId, deviceIds) {
    const wanted = new Set(deviceIds)
    await database.write(async (tx) => {
      const gone = (await devices.listIn(tx, userId)).filter(({ deviceId }) => wanted.has(deviceId))
      await endSessions(tx, userId, gone, { keepDevices: false })
    })
  },
  all: (userId) => database.write(async (tx) => endSessions(tx, userId, await devices.listIn(tx, userId), { keepDevices: false })),
})
