import type { EventId } from '../../spec/identifiers.ts'

/** Where an event stands in its room's history. */
export interface Place {
  readonly nid: number
  readonly eventId: EventId
  readonly roomNid: number
  /** The number of its type and state key, if it is state. */
  readonly skeyNid: number | undefined
  readonly stateBefore: number
  readonly overlay: number | undefined
  /** Absent: it was built on the end of the main line, so that the state after it is the main line's next version. */
  readonly met: number | undefined
  readonly status: number | undefined
}

/** A row of `placeColumns`, of a table `event e`. */
export interface PlaceRow {
  nid: number
  event_id: string
  room_nid: number
  skey_nid: number | null
  state_before: number
  overlay: number | null
  met: number | null
  status: number | null
}
/** What `placeOf` needs. */
export const placeColumns = 'e.nid, e.event_id, e.room_nid, e.skey_nid, e.state_before, e.overlay, e.met, e.status'
/** The place that a row tells. */
export const placeOf = (row: PlaceRow): Place => ({
  nid: row.nid,
  eventId: row.event_id as EventId,
  roomNid: row.room_nid,
  skeyNid: row.skey_nid ?? undefined,
  stateBefore: row.state_before,
  overlay: row.overlay ?? undefined,
  met: row.met ?? undefined,
  status: row.status ?? undefined,
})
