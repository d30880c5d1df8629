import type { Location } from './storage/connection.ts'
import { createAccountDataStore } from './storage/account-data.ts'
import { createAccountStore } from './storage/accounts.ts'
import { createAliasStore } from './storage/aliases.ts'
import { createChangeStore } from './storage/changes.ts'
import { openDatabase, type Database, type DatabaseOptions } from './storage/database.ts'
import { createDeviceStore } from './storage/devices.ts'
import { createDirectRoomStore } from './storage/direct-rooms.ts'
import { createDirectoryStore } from './storage/directory.ts'
import { createEventGraph } from './storage/event-graph.ts'
import { createEventStore } from './storage/events.ts'
import { createGroupCommit } from './storage/group-commit.ts'
import { createIdentifiers } from './storage/identifiers.ts'
import { createMandatoryRoomStore } from './storage/mandatory-rooms.ts'
import { createMembershipStore } from './storage/memberships.ts'
import { createMetaStore } from './storage/meta.ts'
import { createOffLine } from './storage/off-line.ts'
import { createProfileStore } from './storage/profiles.ts'
import { createReceiptStore } from './storage/receipts.ts'
import { createRegistrationTokenStore } from './storage/registration-tokens.ts'
import { createRelationStore } from './storage/relations.ts'
import { createRoomStore } from './storage/rooms.ts'
import { createStateChangeStore } from './storage/state-changes.ts'
import { createStateEntries } from './storage/state-entries.ts'
import { createStateStore } from './storage/state.ts'
import { createStreams } from './storage/streams.ts'
import { createTokenStore } from './storage/tokens.ts'
import { createUnreadStore } from './storage/unread.ts'

export interface StoreOptions {
  /** Told of each commit's size; tests count by it. */
  readonly onBatch?: (units: number, rows: number) => void
  /** Numbers of users and of keys kept in memory, at most. */
  readonly numbersKept?: number
}

/** What stores and tells, on an open database. */
export function wireStores(database: Database, { onBatch, numbersKept }: StoreOptions = {}) {
  const streams = createStreams(database.head())
  database.onAnnounce((entries) => streams.publish(entries, database.head()))
  const query = { query: database.read, engine: database.engine }
  const [stateEntries, eventGraph] = [createStateEntries(query), createEventGraph(query)]
  const groupCommit = createGroupCommit({ database, streams, ...(onBatch && { onBatch }) })
  return {
    database,
    streams,
    groupCommit,
    identifiers: createIdentifiers(database, numbersKept),
    meta: createMetaStore(database),
    events: createEventStore(database),
    state: createStateStore(database),
    stateChanges: createStateChangeStore(database),
    stateEntries,
    eventGraph,
    offLine: createOffLine({ stateEntries, eventGraph }),
    relations: createRelationStore(database),
    rooms: createRoomStore(database),
    memberships: createMembershipStore(database),
    accountData: createAccountDataStore({ database, groupCommit }),
    receipts: createReceiptStore({ database, groupCommit }),
    unread: createUnreadStore(database),
    changes: createChangeStore(database),
    aliases: createAliasStore(database),
    directory: createDirectoryStore(database),
    directRooms: createDirectRoomStore(database),
    mandatoryRooms: createMandatoryRoomStore(database),
    accounts: createAccountStore(database),
    devices: createDeviceStore(database),
    tokens: createTokenStore(database),
    invitations: createRegistrationTokenStore(database),
    profiles: createProfileStore(database),
  }
}

export type Storage = ReturnType<typeof wireStores>

/** Opens the database, and makes what stores and tells. */
export async function wireStorage(location: Location, options: DatabaseOptions & { instrument?: (database: Database) => Database }) {
  const database = await openDatabase(location, options)
  return wireStores(options.instrument?.(database) ?? database)
}
