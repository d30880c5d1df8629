import type { UserId } from '../../spec/identifiers.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { DeviceStore } from '../storage/devices.ts'
import type { ProfileStore } from '../storage/profiles.ts'
import type { EndSessions } from './end-sessions.ts'

/** Closes accounts for good. client-server-api/#account-deactivation */
export interface Deactivate {
  /** Wipes the password, ends all sessions and leaves all rooms; with `erase`, the profile and the user's own data go too. */
  deactivate(userId: UserId, options: { readonly erase: boolean }): Promise<void>
  /** Leaves the rooms of those whose departure was interrupted; for start-up. */
  resume(): Promise<void>
}

interface Needs {
  readonly database: Database
  readonly accounts: AccountStore
  readonly devices: DeviceStore
  readonly profiles: ProfileStore
  readonly endSessions: EndSessions
  /** Leaves every room of a user, and declines every invite. */
  readonly leaveAllRooms: (userId: UserId) => Promise<void>
  /** Removes what a user keeps beside rooms and profile, such as account data. */
  readonly eraseUserData: (tx: Transaction, userId: UserId) => Promise<void>
  /** Told of rooms that could not be left; the next start tries again. */
  readonly reportError: (error: unknown) => void
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

export const createDeactivate = (needs: Needs): Deactivate => {
  const { database, accounts, devices, profiles, endSessions, leaveAllRooms, eraseUserData, reportError, now } = needs
  const depart = async (userId: UserId): Promise<void> => {
    try {
      await leaveAllRooms(userId)
      await database.write((tx) => accounts.markDeparted(tx, userId))
    } catch (error) {
      reportError(error)
    }
  }
  return {
    async deactivate(userId, { erase }) {
      await database.write(async (tx) => {
        await accounts.deactivate(tx, userId, erase, now())
        await endSessions(tx, userId, await devices.listIn(tx, userId), { keepDevices: false })
        if (!erase) return
        await profiles.removeAll(tx, userId)
        tx.announce({ kind: 'profile', pos: await tx.position(), userId })
        await eraseUserData(tx, userId)
      })
      await depart(userId)
    },
    async resume() {
      for (const userId of await accounts.listDeparting()) await depart(userId)
    },
  }
}
