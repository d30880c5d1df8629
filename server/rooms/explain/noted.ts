import type { EventStanding, NotedEvent } from '../../../spec/admin/room-explanation.ts'
import type { RoomAsRead } from '../../storage/room-figures.ts'
import type { NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'

/** A room in the moment in which it is explained. */
export type ExplainedRoom = Omit<RoomAsRead, 'version'> & { readonly version: RoomVersion }

const standings = new Map<number, EventStanding>([
  [eventStatus.outlier, 'outlier'],
  [eventStatus.rejected, 'rejected'],
  [eventStatus.softFailed, 'soft-failed'],
  [eventStatus.turning, 'turning'],
  [eventStatus.withheld, 'withheld'],
  [eventStatus.dummy, 'dummy'],
  [eventStatus.past, 'past'],
])

/** How an event stands, by its status in storage. */
export const standingOf = (status: number | undefined): EventStanding => standings.get(status ?? 0) ?? 'ordinary'

/** What is told of an event: nothing of its content. */
export const notedEvent = ({ eventId, type, stateKey, sender, depth, ts, status }: NotedRow): NotedEvent => ({
  event_id: eventId,
  type,
  ...(stateKey !== undefined && { state_key: stateKey }),
  sender,
  depth,
  origin_server_ts: ts,
  standing: standingOf(status),
})

/** The events of these numbers, in this order; those that are not held are left out. */
export const notedInOrder = async (history: Pick<RoomHistory, 'noted'>, nids: readonly number[]): Promise<NotedEvent[]> => {
  const rows = await history.noted(nids)
  return nids.flatMap((nid) => {
    const row = rows.get(nid)
    return row === undefined ? [] : [notedEvent(row)]
  })
}
