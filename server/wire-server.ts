import { registerLink } from './commands/admin-link.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { createRedactionRetention } from './rooms/redaction-retention.ts'
import { baseUrlOf, createTellStart } from './start-messages.ts'
import type { Database } from './storage/database.ts'
import { createRedactedTextStore } from './storage/redacted-texts.ts'
import { acquireRunLock } from './storage/run-lock.ts'
import { openServerIdentity, type ServerIdentity } from './storage/server-identity.ts'
import { createMigrationCopy } from './storage/sqlite-copy.ts'
import type { Accounts } from './wire-accounts.ts'
import { wireDoors } from './wire-doors.ts'
import { wireFloors } from './wire-floors.ts'
import { wireHttp } from './wire-http.ts'
import { wireStorage } from './wire-storage.ts'

interface Needs {
  config: Config
  log: Log
  pageFolder: string
  /** Where the person who starts the server reads along. */
  terminal: { readonly isTTY?: boolean; write(text: string): unknown }
  /** Puts something between the server and its database; tests count by it. */
  instrument?: (database: Database) => Database
}

/** What a person should know once the server listens. */
async function tellStart(
  { config, log, terminal }: Needs,
  identity: ServerIdentity,
  accounts: Accounts,
  at: { address: string; port: number },
): Promise<void> {
  const { fresh, serverName } = identity
  const listening = baseUrlOf({ publicUrl: undefined, ...at, tls: config.tls_certificate_path !== undefined })
  const sentence = fresh
    ? 'Hallway listens for the first time; `hallway admin-link` makes a link for its administrator.'
    : 'Hallway listens.'
  log.info({ address: listening, server_name: serverName }, sentence)
  const createAdminLink = async () => registerLink(config.public_baseurl ?? listening, await accounts.registrationTokens.createAdminLink())
  await createTellStart({ terminal, createAdminLink })({
    fresh,
    serverName,
    listening: [listening],
    federation: config.federation.mode,
    registration: !config.enable_registration ? 'closed' : config.registration_requires_token ? 'by token' : 'open',
  })
}

/** Puts the server together, floor by floor, and lets it listen. Gives its address, and what ends it in reverse. */
export async function startServer(needs: Needs) {
  const { config, log, pageFolder, instrument } = needs
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
  const { database } = storage
  const identity = await openServerIdentity({ database, serverName: config.server_name })
  const floors = await wireFloors(storage, config, { identity, reportError, now })
  const { accounts, team, upgrades, personal, rooms, sync, limiter } = floors
  const { routes, liveSocket, stop: stopDoors } = wireDoors(storage, floors, config, { serverName: identity.serverName, reportError })
  const server = await wireHttp(config, { log, routes, limiter, accounts, liveSocket, pageFolder })

  await storage.aliases.settleClaims()
  await team.organisation.ensure()
  await upgrades.resume()
  accounts.deactivate.resume().catch(reportError)
  const redactedTexts = createRedactedTextStore({ database, location })
  const retention = createRedactionRetention({ redactedTexts, period: config.redaction_retention_period, now, onError: reportError })
  retention.start()
  const flushing = setInterval(() => accounts.lastSeen.flush().catch(reportError), 60_000)
  const address = await server.listen({ host: config.bind_address, port: config.port })
  await tellStart(needs, identity, accounts, address)

  const stop = async (): Promise<void> => {
    clearInterval(flushing)
    liveSocket.stop()
    sync.readers.stop()
    await server.stop()
    await stopDoors()
    personal.presence.stop()
    rooms.typing.stop()
    await accounts.lastSeen.flush().catch(reportError)
    await retention.stop()
    await database.close()
    await lock.release()
  }
  return { address, stop, identity, accounts, rooms, storage, streams: storage.streams }
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>
