import type { UserId } from '../../spec/identifiers.ts'
import type { Transaction } from '../storage/database.ts'
import type { Device, DeviceStore } from '../storage/devices.ts'
import type { TokenStore } from '../storage/tokens.ts'

/**
 * Ends the sessions of some of a user's devices: their tokens are void once the transaction is committed, and whoever waits
 * with one is told by the log. The devices go too unless they are kept.
 */
export type EndSessions = (
  tx: Transaction,
  userId: UserId,
  devices: readonly Pick<Device, 'deviceNid' | 'deviceId'>[],
  options: { readonly keepDevices: boolean },
) => Promise<void>

interface Needs {
  readonly devices: DeviceStore
  readonly tokens: TokenStore
}

export const createEndSessions =
  ({ devices: store, tokens }: Needs): EndSessions =>
  async (tx, userId, devices, { keepDevices }) => {
    if (devices.length === 0) return
    const nids = devices.map((device) => device.deviceNid)
    await tokens.removeOfDevices(tx, nids)
    if (!keepDevices) await store.remove(tx, nids)
    const pos = await tx.position()
    for (const { deviceId } of devices) tx.announce({ kind: 'session-ended', pos, userId, deviceId })
  }
