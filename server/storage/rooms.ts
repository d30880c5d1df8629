import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { toColumn } from './column-text.ts'
import type { Database } from './database.ts'
import { eventStatus } from './stored-event.ts'

/** Where a room stands: what its next event is built on. */
export interface RoomHead {
  readonly roomNid: number
  readonly roomId: RoomId
  readonly version: string
  /** How many state changes it has had. */
  readonly stateVersion: number
  readonly depth: number
  readonly extremities: readonly EventId[]
  /** The version of its state that the last turn made; 0: there was none. */
  readonly turnedVersion: number
  /** The position of its last event off the main line; 0: there was none. */
  readonly offLineUpTo: number
  /** The position of its last event. */
  readonly pos: number
  /** The point before its first event: 0, or below where older events came later. */
  readonly beginning: number
}

export interface RoomStore {
  head(roomId: RoomId): Promise<RoomHead | undefined>
}

export function createRoomStore(database: Database): RoomStore {
  return {
    head: async (roomId) => {
      const [row] = await database.read<{
        nid: number
        version: string
        state_version: number
        depth: number
        extremities: string
        pos: number
        turned: number | null
        off_line: number | null
        first: number | null
      }>(
        `SELECT r.nid, r.version, h.state_version, h.depth, h.extremities, h.pos,
          (SELECT MAX(e.met) FROM event e WHERE e.room_nid = r.nid AND e.status IN ($2, $3, $4) AND e.met IS NOT NULL) AS turned,
          (SELECT MAX(e.pos) FROM event e WHERE e.room_nid = r.nid AND e.met IS NOT NULL AND e.pos IS NOT NULL) AS off_line,
          (SELECT MIN(e.pos) FROM event e WHERE e.room_nid = r.nid AND e.pos < 0) AS first
        FROM room r JOIN room_head h ON h.room_nid = r.nid
        WHERE r.room_id = $1`,
        [toColumn(roomId), eventStatus.turning, eventStatus.past, eventStatus.withheld],
      )
      return (
        row && {
          roomNid: row.nid,
          roomId,
          version: row.version,
          stateVersion: row.state_version,
          depth: row.depth,
          extremities: JSON.parse(row.extremities) as EventId[],
          turnedVersion: row.turned ?? 0,
          offLineUpTo: Math.max(row.off_line ?? 0, 0),
          pos: row.pos,
          beginning: Math.min((row.first ?? 1) - 1, 0),
        }
      )
    },
  }
}
