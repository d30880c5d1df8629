import type { RoomId } from '../spec/identifiers.ts'
import { randomBytes } from 'node:crypto'
import { createReading, ignoredUsersIn } from './accounts/cached-account-data.ts'
import type { Config } from './config.ts'
import { createRateLimiter } from './http/rate-limit.ts'
import type { ServerIdentity } from './storage/server-identity.ts'
import type { Viewer } from './sync/joined-section.ts'
import { createSyncTokens } from './sync/sync-token.ts'
import { createUserRooms } from './sync/user-rooms.ts'
import { isVisitor } from './team/policies.ts'
import { wireAccounts } from './wire-accounts.ts'
import { wirePersonal, wireRules } from './wire-personal.ts'
import { wireRooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'
import { wireSync } from './wire-sync.ts'
import { wireTeam } from './wire-team.ts'
import { wireUpgrades } from './wire-upgrades.ts'

interface Beside {
  identity: ServerIdentity
  reportError: (error: unknown) => void
  now: () => number
}

/** Who reads, as of now, with all in memory that the answer to them takes; at once where memory knows. */
export type MakeViewer = (userId: Viewer['userId'], deviceNid: number) => Viewer | Promise<Viewer>

/** All floors between storage and HTTP, one on the other. */
export async function wireFloors(storage: Storage, config: Config, { identity, reportError, now }: Beside) {
  const { serverName, incarnation } = identity
  const bootId = randomBytes(6).toString('hex')
  const tokens = createSyncTokens(incarnation, bootId)
  const limiter = config.rates && createRateLimiter({ rates: config.rates, now: () => performance.now() })
  const ignored = createReading(storage, 'm.ignored_user_list', ignoredUsersIn)
  const rules = await wireRules(storage, { serverName, reportError })
  const rooms = wireRooms(storage, {
    identity,
    syncTokens: tokens,
    now,
    singleOut: rules.singleOut,
    isStaff: (userId) => !isVisitor(userId),
    ignoredUsers: async (userId) => ignored.of(userId),
  })
  const userRooms = createUserRooms(storage)
  const personal = wirePersonal(storage, rooms, rules, config, { shareRoom: userRooms.shareRoom, now })
  const team = wireTeam(storage, rooms, config, { serverName, now })
  const { upgrades } = wireUpgrades(storage, rooms, personal, team, { serverName, reportError, now })
  const accounts = wireAccounts(storage, config, {
    joinOrganisation: team.organisation.join,
    leaveAllRooms: team.leaveAllRooms,
    propagateProfile: team.propagateProfile,
    eraseUserData: personal.eraseUserData,
    limiter: limiter ?? { hit: () => {}, check: () => {} },
    reportError,
    now,
  })
  const { presenceNews: presence } = personal
  const { notificationCounts } = rules
  const sync = wireSync(storage, rooms, { incarnation, bootId, tokens, userRooms, presence, notificationCounts, now })

  // Many change at once, as when a break ends, and mostly share their rooms: each room is told once.
  const tellNeighbours = async (userIds: readonly Viewer['userId'][]): Promise<void> => {
    const shared = new Set<RoomId>()
    for (const userId of userIds) {
      const rooms = userRooms.known(userId) ?? (await userRooms.of(userId, await storage.identifiers.user(userId)))
      for (const { roomId, membership } of rooms.values()) if (membership === 'join') shared.add(roomId)
    }
    sync.readers.nudge(shared)
  }
  personal.presence.subscribe((userIds) => {
    tellNeighbours(userIds).catch(reportError)
  })

  /** Acts once memory knows the user's rooms: else those who share one would pass the change over. */
  const inKnownRooms = (userId: Viewer['userId'], act: () => void): void | Promise<void> =>
    userRooms.known(userId) === undefined
      ? storage.identifiers
          .user(userId)
          .then((nid) => userRooms.of(userId, nid))
          .then(act)
      : act()
  const later = (acting: void | Promise<void>): void => {
    if (acting instanceof Promise) acting.catch(reportError)
  }
  const toldPresence = {
    ...personal.presence,
    set: (...args: Parameters<typeof personal.presence.set>) => inKnownRooms(args[0], () => personal.presence.set(...args)),
    touch: (...args: Parameters<typeof personal.presence.touch>) => later(inKnownRooms(args[0], () => personal.presence.touch(...args))),
    act: (userId: Viewer['userId']) => later(inKnownRooms(userId, () => personal.presence.act(userId))),
  }

  const makeViewer: MakeViewer = (userId, deviceNid) => {
    const userNid = storage.identifiers.knownUser(userId)
    const known = ignored.of(userId)
    const ready = !rules.rules.index.has(userId) || rules.rules.known(userId) !== undefined
    if (userNid !== undefined && ready && !(known instanceof Promise)) return { userId, userNid, deviceNid, ignored: known }
    const loading = Promise.all([storage.identifiers.user(userId), known, rules.rules.load([userId])])
    return loading.then(([nid, users]) => ({ userId, userNid: nid, deviceNid, ignored: users }))
  }
  return { rooms, personal: { ...personal, presence: toldPresence }, team, upgrades, accounts, sync, limiter, makeViewer }
}

export type Floors = Awaited<ReturnType<typeof wireFloors>>
