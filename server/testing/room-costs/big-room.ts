import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import { canonicalJson } from '../../protocol/encoding.ts'
import type { JsonObject, Pdu } from '../../protocol/event.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import type { SingleOut } from '../../rooms/mentions.ts'
import type { Room } from '../../rooms/room.ts'
import { testRooms } from '../../rooms/test-rooms.ts'
import type { Database } from '../../storage/database.ts'
import { writeEvent, writeEventRows, type StateNumbers } from '../../storage/event-rows.ts'
import { eventStatus, type StoredEvent } from '../../storage/stored-event.ts'
import { wireReceive } from '../../wire-receive.ts'
import { wireStores } from '../../wire-storage.ts'

const nobody: SingleOut = { candidates: () => [], concerned: () => [], hold: () => [], read: async () => {}, mentions: () => [] }

/** What writes into rooms and takes events in, on one database, sharing its commits. */
export function wireCosts(database: Database) {
  const rooms = testRooms(database)
  const storage = { ...wireStores(database), groupCommit: rooms.groupCommit, identifiers: rooms.identifiers }
  return { ...rooms, storage, receive: wireReceive(storage, { roomStates: rooms.roomStates, singleOut: nobody }) }
}

export type Wired = ReturnType<typeof wireCosts>

/** What is to become an event of a room that is filled. */
export interface Filling {
  readonly type: string
  readonly stateKey?: string
  readonly sender: UserId
  readonly content: JsonObject
  readonly auth: readonly EventId[]
}

/** Events filled in by one commit. */
const atOnce = 200
let made = 0

export const userNamed = (number: number): UserId => `@member${number}:hs`

/** Numbers users and keys in bulk: one by one they would take a commit each. */
export async function numberKeys(
  database: Database,
  keys: readonly (readonly [type: string, stateKey: string])[],
): Promise<Map<string, number>> {
  const items = database.engine === 'sqlite' ? 'json_each($1) v' : 'jsonb_array_elements($1::jsonb) AS v(value)'
  await database.write(async (tx) => {
    const [{ last } = { last: 0 }] = await tx.query<{ last: number }>('SELECT COALESCE(MAX(nid), 0) AS last FROM state_key')
    const rows = JSON.stringify(keys.map(([type, stateKey], i) => [last + 1 + i, type, stateKey]))
    await tx.query(
      `INSERT INTO state_key (nid, type, state_key) SELECT CAST(v.value ->> 0 AS BIGINT), v.value ->> 1, v.value ->> 2 FROM ${items}
      WHERE 1 = 1 ON CONFLICT (type, state_key) DO NOTHING`,
      [rows],
    )
  })
  const rows = await database.read<{ nid: number; type: string; state_key: string }>('SELECT nid, type, state_key FROM state_key')
  return new Map(rows.map(({ nid, type, state_key }) => [stateMapKey(type, state_key), nid]))
}

/** Numbers users as `numberKeys` does keys. */
export async function numberUsers(database: Database, users: readonly UserId[]): Promise<Map<UserId, number>> {
  const items = database.engine === 'sqlite' ? 'json_each($1) v' : 'jsonb_array_elements($1::jsonb) AS v(value)'
  await database.write(async (tx) => {
    const [{ last } = { last: 0 }] = await tx.query<{ last: number }>('SELECT COALESCE(MAX(nid), 0) AS last FROM user_id')
    const rows = JSON.stringify(users.map((userId, i) => [last + 1 + i, userId]))
    await tx.query(
      `INSERT INTO user_id (nid, user_id) SELECT CAST(v.value ->> 0 AS BIGINT), v.value ->> 1 FROM ${items}
      WHERE 1 = 1 ON CONFLICT (user_id) DO NOTHING`,
      [rows],
    )
  })
  const rows = await database.read<{ nid: number; user_id: UserId }>('SELECT nid, user_id FROM user_id')
  return new Map(rows.map(({ nid, user_id }) => [user_id, nid]))
}

/** Fills rooms with events that nobody signed: storage asks for no signatures. */
export interface Filler {
  /** Adds events at the end of a room's main line; gives their IDs. Memory forgets the room. */
  append(roomId: RoomId, fillings: readonly Filling[]): Promise<EventId[]>
  /** Adds events beside the main line, as outliers are kept; gives the numbers that keys and events have. */
  aside(roomId: RoomId, fillings: readonly Filling[]): Promise<Map<number, number>>
}

export function createFiller(wired: Wired, keys: ReadonlyMap<string, number>, users: ReadonlyMap<UserId, number>): Filler {
  const stored = (
    room: Room,
    { type, stateKey, sender, content, auth }: Filling,
    stateBefore: number,
    prev: EventId,
    depth: number,
  ): StoredEvent => {
    const eventId: EventId = `$filled${made++}`
    const pdu: Pdu = {
      type,
      sender,
      room_id: room.roomId,
      content,
      ...(stateKey !== undefined && { state_key: stateKey }),
      depth,
      origin_server_ts: 1_700_000_000_000 + depth,
      auth_events: auth,
      prev_events: [prev],
      hashes: { sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg' },
      signatures: { hs: { 'ed25519:test': 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCggn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg' } },
    }
    return {
      eventId,
      roomId: room.roomId,
      pdu,
      json: canonicalJson(pdu),
      nid: 0,
      pos: 0,
      roomNid: room.nid,
      senderNid: users.get(sender)!,
      type,
      sender,
      stateKey,
      ts: pdu.origin_server_ts,
      stateBefore,
      overlay: undefined,
      met: undefined,
      status: undefined,
      class: 0,
      relation: undefined,
      redacts: undefined,
      transaction: undefined,
      redactedBy: undefined,
      replaced: undefined,
      mentions: [],
    }
  }

  const numbersOf = ({ type, stateKey, pdu }: StoredEvent): StateNumbers | undefined =>
    stateKey === undefined
      ? undefined
      : {
          skeyNid: keys.get(stateMapKey(type, stateKey))!,
          memberNid: type === 'm.room.member' ? users.get(stateKey as UserId) : undefined,
          joinedBefore: pdu.content['membership'] === 'join',
        }

  return {
    append: async (roomId, fillings) => {
      const room = (await wired.roomStates.open(roomId))!
      let version = room.stateVersion
      let depth = room.next.depth
      let prev = room.next.extremities[0] as EventId
      const ids: EventId[] = []
      for (let from = 0; from < fillings.length; from += atOnce) {
        const events = fillings.slice(from, from + atOnce).map((filling) => {
          const event = stored(room, filling, version, prev, ++depth)
          if (filling.stateKey !== undefined) version += 1
          prev = event.eventId
          ids.push(prev)
          return event
        })
        await wired.groupCommit.add({
          positions: events.length,
          write: (draft) => {
            for (const [i, event] of events.entries()) writeEventRows(draft, event, i + 1, numbersOf(event))
          },
          committed: () => [],
        })
      }
      wired.roomStates.discard(room)
      return ids
    },
    aside: async (roomId, fillings) => {
      const room = (await wired.roomStates.open(roomId))!
      const entries = new Map<number, number>()
      for (let from = 0; from < fillings.length; from += atOnce) {
        const events = fillings.slice(from, from + atOnce).map((filling) => ({
          ...stored(room, filling, -1, room.next.extremities[0] as EventId, 1),
          pos: undefined,
          status: eventStatus.outlier,
        }))
        await wired.groupCommit.add({
          positions: events.length,
          write: (draft) => {
            for (const [i, event] of events.entries()) writeEvent(draft, event, draft.offset + i + 1, numbersOf(event)!.skeyNid)
          },
          committed: (base) => {
            for (const [i, event] of events.entries()) entries.set(numbersOf(event)!.skeyNid, base + i + 1)
            return []
          },
        })
      }
      return entries
    },
  }
}
