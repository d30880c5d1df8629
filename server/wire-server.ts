import { randomBytes } from 'node:crypto'
import type { Config } from './config.ts'
import { createRateLimiter } from './http/rate-limit.ts'
import { createValidate } from './http/validator.ts'
import { authFrame, requestFrame } from '../spec/extensions/live-socket.ts'
import type { Log } from './log.ts'
import { strictJson } from './protocol/strict-json.ts'
import { createReading, ignoredUsersIn } from './accounts/cached-account-data.ts'
import { hashSecret } from './accounts/secret-token.ts'
import { MatrixError } from './protocol/errors.ts'
import { routeTable } from './routes/table.ts'
import type { Database } from './storage/database.ts'
import { createRedactionRetention } from './rooms/redaction-retention.ts'
import { registerLink } from './commands/admin-link.ts'
import { baseUrlOf, createTellStart } from './start-messages.ts'
import { createRedactedTextStore } from './storage/redacted-texts.ts'
import { acquireRunLock } from './storage/run-lock.ts'
import { createMigrationCopy } from './storage/sqlite-copy.ts'
import { openServerIdentity } from './storage/server-identity.ts'
import { createLiveSocket } from './sync/live-socket.ts'
import type { Viewer } from './sync/joined-section.ts'
import { createSyncTokens } from './sync/sync-token.ts'
import { createUserRooms } from './sync/user-rooms.ts'
import { enforcedPolicies, isVisitor } from './team/policies.ts'
import { wireAccounts } from './wire-accounts.ts'
import { wireHttp } from './wire-http.ts'
import { wirePersonal, wireRules } from './wire-personal.ts'
import { wireRooms } from './wire-rooms.ts'
import { wireStorage } from './wire-storage.ts'
import { wireSync } from './wire-sync.ts'
import { wireTeam } from './wire-team.ts'

interface Needs {
  config: Config
  log: Log
  pageFolder: string
  /** Where the person who starts the server reads along. */
  terminal: { readonly isTTY?: boolean; write(text: string): unknown }
  /** Puts something between the server and its database; tests count by it. */
  instrument?: (database: Database) => Database
}

/** Puts the server together, floor by floor, and lets it listen. Gives its address, and what ends it in reverse. */
export async function startServer({ config, log, pageFolder, terminal, instrument }: Needs) {
  const now = () => Date.now()
  const reportError = (error: unknown) => log.error({ err: error }, 'Something went wrong.')
  const location = config.databaseAddress
  const onLost = () => {
    log.error('Another process has taken the database over; ending.')
    process.kill(process.pid, 'SIGTERM')
  }
  const lock = await acquireRunLock({ location, onLost })
  const storage = await wireStorage(location, {
    beforeMigration: createMigrationCopy(location),
    ...(instrument && { instrument }),
    ...(location.engine === 'postgres' && { readers: location.maxConnections }),
  })
  const { database, identifiers, streams } = storage
  const identity = await openServerIdentity({ database, serverName: config.server_name })
  const bootId = randomBytes(6).toString('hex')
  const syncTokens = createSyncTokens(identity.incarnation, bootId)
  const limiter = config.rates && createRateLimiter({ rates: config.rates, now: () => performance.now() })

  const ignored = createReading(storage, 'm.ignored_user_list', ignoredUsersIn)
  const rules = await wireRules(storage, { serverName: identity.serverName, reportError })
  const rooms = wireRooms(storage, config, {
    identity,
    syncTokens,
    now,
    singleOut: rules.singleOut,
    isStaff: (userId) => !isVisitor(userId),
    ignoredUsers: async (userId) => ignored.of(userId),
  })
  const userRooms = createUserRooms({ memberships: storage.memberships, streams })
  const personal = wirePersonal(storage, rooms, rules, config, { shareRoom: userRooms.shareRoom, now })
  const team = wireTeam(storage, rooms, config, { serverName: identity.serverName, now })
  const accounts = wireAccounts(storage, config, {
    joinOrganisation: team.organisation.join,
    leaveAllRooms: team.leaveAllRooms,
    propagateProfile: team.propagateProfile,
    eraseUserData: personal.eraseUserData,
    limiter: limiter ?? { hit: () => {}, check: () => {} },
    reportError,
    now,
  })
  const sync = wireSync(storage, rooms, {
    incarnation: identity.incarnation,
    bootId,
    tokens: syncTokens,
    userRooms,
    presence: personal.presenceNews,
    notificationCounts: rules.notificationCounts,
    now,
  })

  const tellNeighbours = async (userId: Viewer['userId']): Promise<void> =>
    sync.readers.nudgeNeighbours(await userRooms.of(userId, await identifiers.user(userId)))
  personal.presence.subscribe((userIds) => {
    for (const userId of userIds) tellNeighbours(userId).catch(reportError)
  })

  /** The reader as of now, with all in memory that the answer to them takes. */
  const makeViewer = (userId: Viewer['userId'], deviceNid: number): Viewer | Promise<Viewer> => {
    const userNid = identifiers.knownUser(userId)
    const known = ignored.of(userId)
    const ready = !rules.rules.index.has(userId) || rules.rules.known(userId) !== undefined
    if (userNid !== undefined && ready && !(known instanceof Promise)) return { userId, userNid, deviceNid, ignored: known }
    return Promise.all([identifiers.user(userId), known, rules.rules.load([userId])]).then(([nid, users]) => ({
      userId,
      userNid: nid,
      deviceNid,
      ignored: users,
    }))
  }
  const isLive = ({ tokenHash }: { tokenHash: string }): boolean | Promise<boolean> => {
    const found = accounts.sessions.find(tokenHash)
    return found instanceof Promise ? found.then((session) => session !== undefined) : found !== undefined
  }
  const frames = { auth: createValidate('body', authFrame), request: createValidate('body', requestFrame) }
  const liveSocket = createLiveSocket({
    slidingSync: sync.slidingSync,
    parseJson: strictJson,
    checkFrames: frames,
    reportError,
    seen: (userId) => personal.presence.touch(userId, 'online'),
    authenticate: async (token) => {
      const session = await accounts.sessions.find(hashSecret(token))
      if (session === undefined) throw new MatrixError('M_UNKNOWN_TOKEN', 'This access token is not in use; log in again.')
      return {
        userId: session.userId,
        deviceNid: session.deviceNid,
        viewer: () => makeViewer(session.userId, session.deviceNid),
        isLive: () => isLive(session),
      }
    },
  })
  const routes = routeTable({
    ...rooms,
    ...team,
    ...accounts,
    ...sync,
    ...personal,
    seen: personal.presence.touch,
    baseUrl: config.public_baseurl,
    changePassword: true,
    extensionCapabilities: async (userId) => ({
      'chat.hallway.space': { room_id: team.organisation.space() },
      'chat.hallway.presets': {
        available: [...team.presetRooms.available({ userId, admin: (await storage.accounts.find(userId))?.admin === true })],
        policies: [...enforcedPolicies],
      },
    }),
    sendMessage: (draft, transaction) => {
      personal.presence.act(draft.sender)
      return rooms.sendMessage(draft, transaction)
    },
    serverName: identity.serverName,
    requireLogin: true,
    openToAnyone: config.allow_public_rooms_without_auth,
    isLive,
    viewerOf: ({ userId, deviceNid }) => makeViewer(userId, deviceNid),
    forgetRoom: async (roomId, userId) => {
      await team.forgetRoom(roomId, userId)
      sync.userRooms.forget(userId, roomId)
    },
  })
  const server = await wireHttp(config, { log, routes, limiter, accounts, liveSocket, pageFolder })
  await storage.aliases.settleClaims()
  await team.organisation.ensure()
  void accounts.deactivate.resume().catch(reportError)
  const flushing = setInterval(() => {
    accounts.lastSeen.flush().catch(reportError)
  }, 60_000)
  const retention = createRedactionRetention({
    redactedTexts: createRedactedTextStore({ database, location }),
    period: config.redaction_retention_period,
    now,
    onError: reportError,
  })
  await retention.start()
  const address = await server.listen({ host: config.bind_address, port: config.port })

  const listening = baseUrlOf({
    publicUrl: undefined,
    address: address.address,
    port: address.port,
    tls: config.tls_certificate_path !== undefined,
  })
  log.info(
    { address: listening, server_name: identity.serverName },
    identity.fresh ? 'Hallway listens for the first time; `hallway admin-link` makes a link for its administrator.' : 'Hallway listens.',
  )
  await createTellStart({
    terminal,
    createAdminLink: async () => registerLink(config.public_baseurl ?? listening, await accounts.registrationTokens.createAdminLink()),
  })({
    fresh: identity.fresh,
    serverName: identity.serverName,
    listening: [listening],
    federation: config.federation.mode,
    registration: !config.enable_registration ? 'closed' : config.registration_requires_token ? 'by token' : 'open',
  })

  const stop = async (): Promise<void> => {
    clearInterval(flushing)
    liveSocket.stop()
    sync.readers.stop()
    await server.stop()
    personal.presence.stop()
    rooms.typing.stop()
    await accounts.lastSeen.flush().catch(reportError)
    await retention.stop()
    await database.close()
    await lock.release()
  }
  return { address, stop, identity, accounts, storage, streams }
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>
