import type { UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import type { Database, Transaction } from './database.ts'

/** One of a user's sessions' homes: what a token, keys and to-device messages belong to. */
export interface Device {
  /** Unique over all users' devices and never used again. */
  readonly deviceNid: number
  readonly userId: UserId
  readonly deviceId: string
  readonly displayName: string | undefined
  /** Milliseconds since the Unix epoch, like all times here. */
  readonly createdTs: number
  readonly lastSeenTs: number | undefined
  readonly lastSeenIp: string | undefined
}

/** That a device called, when and from where. */
export interface Sighting {
  readonly deviceNid: number
  readonly ts: number
  readonly address: string
  readonly userAgent: string | undefined
}

/** The devices of local users. */
export interface DeviceStore {
  find(userId: UserId, deviceId: string): Promise<Device | undefined>
  /** All of a user's devices, the oldest first. */
  list(userId: UserId): Promise<Device[]>
  /** All of a user's devices, as this transaction sees them. */
  listIn(tx: Transaction, userId: UserId): Promise<Device[]>
  /** Makes the device unless the user has one of that ID; `displayName` is for a new one only. */
  ensure(
    tx: Transaction,
    device: { userId: UserId; deviceId: string; displayName: string | undefined; ts: number },
  ): Promise<{ deviceNid: number; isNew: boolean }>
  /** False when the user has no such device. */
  rename(tx: Transaction, userId: UserId, deviceId: string, displayName: string): Promise<boolean>
  /** Removes devices by number; their tokens are removed by the token store. */
  remove(tx: Transaction, deviceNids: readonly number[]): Promise<void>
  /** Writes down many sightings in one statement; those of devices that are gone are dropped. */
  recordSightings(tx: Transaction, sightings: readonly Sighting[]): Promise<void>
}

interface Row {
  device_nid: number
  user_id: UserId
  device_id: string
  display_name: string | null
  created_ts: number
  last_seen_ts: number | null
  last_seen_ip: string | null
}

const select = 'SELECT device_nid, user_id, device_id, display_name, created_ts, last_seen_ts, last_seen_ip FROM device WHERE user_id = $1'
const selectAll = `${select} ORDER BY device_nid`

const fromRow = (row: Row): Device => ({
  deviceNid: row.device_nid,
  userId: row.user_id,
  deviceId: fromColumn(row.device_id),
  displayName: row.display_name === null ? undefined : fromColumn(row.display_name),
  createdTs: row.created_ts,
  lastSeenTs: row.last_seen_ts ?? undefined,
  lastSeenIp: row.last_seen_ip ?? undefined,
})

const unpackSightings = {
  sqlite: `SELECT value ->> 0 AS nid, value ->> 1 AS ts, value ->> 2 AS ip, value ->> 3 AS agent FROM json_each($1)`,
  postgres: `SELECT (value ->> 0)::BIGINT AS nid, (value ->> 1)::BIGINT AS ts, value ->> 2 AS ip, value ->> 3 AS agent
    FROM json_array_elements($1::json)`,
}

/** @param database where the devices lie */
export const createDeviceStore = (database: Database): DeviceStore => ({
  async find(userId, deviceId) {
    const row = (await database.read<Row>(`${select} AND device_id = $2`, [userId, toColumn(deviceId)]))[0]
    return row && fromRow(row)
  },
  list: async (userId) => (await database.read<Row>(selectAll, [userId])).map(fromRow),
  listIn: async (tx, userId) => (await tx.query<Row>(selectAll, [userId])).map(fromRow),
  async ensure(tx, { userId, deviceId, displayName, ts }) {
    const [made] = await tx.query<Row>(
      `INSERT INTO device (user_id, device_id, display_name, created_ts) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, device_id) DO NOTHING RETURNING device_nid`,
      [userId, toColumn(deviceId), displayName === undefined ? null : toColumn(displayName), ts],
    )
    if (made) return { deviceNid: made.device_nid, isNew: true }
    const [known] = await tx.query<Row>(`${select} AND device_id = $2`, [userId, toColumn(deviceId)])
    return { deviceNid: known!.device_nid, isNew: false }
  },
  async rename(tx, userId, deviceId, displayName) {
    const rows = await tx.query('UPDATE device SET display_name = $3 WHERE user_id = $1 AND device_id = $2 RETURNING device_nid', [
      userId,
      toColumn(deviceId),
      toColumn(displayName),
    ])
    return rows.length > 0
  },
  async remove(tx, deviceNids) {
    if (deviceNids.length === 0) return
    await tx.query(`DELETE FROM device WHERE device_nid IN (${deviceNids.map((_, i) => `$${i + 1}`).join(', ')})`, deviceNids)
  },
  async recordSightings(tx, sightings) {
    if (sightings.length === 0) return
    const packed = sightings.map(({ deviceNid, ts, address, userAgent }) => [
      deviceNid,
      ts,
      toColumn(address),
      userAgent === undefined ? null : toColumn(userAgent),
    ])
    await tx.query(
      `UPDATE device SET last_seen_ts = seen.ts, last_seen_ip = seen.ip, last_seen_user_agent = seen.agent
       FROM (${unpackSightings[database.engine]}) AS seen WHERE device.device_nid = seen.nid`,
      [JSON.stringify(packed)],
    )
  },
})
