import type { ExecutionContext } from 'ava'
import { createAccountData } from '../../accounts/account-data.ts'
import { createFilters } from '../../accounts/filters.ts'
import { createPresence } from '../../accounts/presence.ts'
import { createPushRules } from '../../accounts/push-rules.ts'
import { openReaderRules } from '../../accounts/reader-rules.ts'
import { listenForTest, sessionsByName } from '../../http/test-listener.ts'
import { createOpenAsMember } from '../../rooms/open-as-member.ts'
import { createSendReceipts } from '../../rooms/receipts.ts'
import { alice, bob, carol, testReading } from '../../rooms/test-reading.ts'
import { createTyping } from '../../rooms/typing.ts'
import { createAccountDataStore } from '../../storage/account-data.ts'
import type { Database } from '../../storage/database.ts'
import { createFilterStore } from '../../storage/filters.ts'
import { createPushRulePages } from '../../storage/push-rules.ts'
import { createReceiptStore } from '../../storage/receipts.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { accountDataRoutes } from './account-data.ts'
import { discoveryRoutes } from './discovery.ts'
import { ephemeralRoutes } from './ephemeral.ts'
import { pushRoutes } from './push.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape.
type Json = any

/** What people keep for themselves, and tell of themselves, on a test's database. */
export async function createPersonalWorld(database: Database, now: () => number = Date.now) {
  const reading = testReading(database)
  const { identifiers, groupCommit, streams, roomStates, visibility, events } = reading
  const store = createAccountDataStore({ database, groupCommit })
  const receiptStore = createReceiptStore({ database, groupCommit })
  const reportError = (error: unknown): void => {
    throw error
  }
  const rules = await openReaderRules({ accountData: store, identifiers, pages: createPushRulePages(database), streams, reportError })
  const pushRules = createPushRules({ rules })
  const openAsMember = createOpenAsMember({ roomStates })
  return {
    ...reading,
    store,
    receiptStore,
    rules,
    pushRules,
    openAsMember,
    accountData: createAccountData({ roomStates, accountData: store, identifiers, pushRulesOf: pushRules.all }),
    filters: createFilters({ database, store: createFilterStore(database), identifiers }),
    presence: createPresence({ now, enabled: true }),
    typing: createTyping({ now }),
    sendReceipts: createSendReceipts({ openAsMember, visibility, events, receipts: receiptStore, accountData: store, identifiers, now }),
    shareRoom: async (a: string, b: string) => ![a, b].includes(carol),
  }
}

export type PersonalWorld = Awaited<ReturnType<typeof createPersonalWorld>>

/** The personal routes over HTTP; the token of @name:hs is the name. */
const startServer = async (world: PersonalWorld) => {
  const faults: unknown[] = []
  const discovery = {
    baseUrl: 'https://chat.example',
    changePassword: true,
    extensionCapabilities: async () => ({ 'chat.hallway.space': { room_id: '!space' as const } }),
  }
  const { server, port } = await listenForTest({
    routes: [...accountDataRoutes(world), ...pushRoutes(world), ...ephemeralRoutes(world), ...discoveryRoutes(discovery)],
    findSession: sessionsByName([alice, bob, carol]),
    reportError: (error) => faults.push(error),
  })
  const call = async (token: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> => {
    const response = await fetch(
      `http://127.0.0.1:${port}${path.startsWith('/.') || path.startsWith('/_') ? path : `/_matrix/client/v3${path}`}`,
      {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    )
    return { status: response.status, json: await response.json() }
  }
  /** Status and errcode of a refusal. */
  const refusal = async (token: string, method: string, path: string, body?: unknown): Promise<[number, string]> => {
    const { status, json } = await call(token, method, path, body)
    return [status, json.errcode]
  }
  return { call, refusal, faults, stop: () => server.stop() }
}

export type PersonalServer = Awaited<ReturnType<typeof startServer>>

/** Declares a test of the personal routes for each engine; nothing may go wrong inside. */
export const withPersonalServer = (
  title: string,
  body: (t: ExecutionContext, server: PersonalServer, world: PersonalWorld) => Promise<void>,
): void =>
  forEachEngine(title, async (t, database) => {
    const world = await createPersonalWorld(database)
    const server = await startServer(world)
    try {
      await body(t, server, world)
      t.deepEqual(server.faults, [])
    } finally {
      world.presence.stop()
      world.typing.stop()
      await server.stop()
    }
  })
