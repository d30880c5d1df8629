import type { SlidingSyncRequest } from '../../spec/client/sliding-sync.ts'
import type { UnreadRequest } from '../../spec/extensions/unread.ts'

/** The body of a sliding sync with the extensions that this client asks for. */
export type SyncBody = SlidingSyncRequest & { extensions?: SlidingSyncRequest['extensions'] & { 'chat.hallway.unread'?: UnreadRequest } }

const stateOfEveryRoom = [
  ['m.room.create', ''],
  ['m.room.name', ''],
  ['m.room.topic', ''],
  ['m.room.canonical_alias', ''],
  ['m.room.join_rules', ''],
  ['m.room.power_levels', ''],
  ['m.room.encryption', ''],
  ['m.room.tombstone', ''],
  ['chat.hallway.kind', ''],
  ['chat.hallway.policy', ''],
  ['io.element.functional_members', ''],
  ['m.room.member', '$ME'],
  ['m.room.member', '$LAZY'],
]

/** How many rooms are asked for first; then the window grows to all of them. */
export const firstWindow = 20
const windowStep = 100

/** The next window over the list, once the server has said how many rooms there are. */
export const growWindow = (window: number, count: number): number => (count > window ? window + windowStep : window)

/** The body for a window over all rooms and, with a longer timeline, the room that is open. */
export const syncBody = (connection: string, window: number, openRoom: string | undefined): SyncBody => {
  const list = { ranges: [[0, window - 1]], timeline_limit: 5, required_state: stateOfEveryRoom, filters: { not_room_types: ['m.space'] } }
  const subscription = { timeline_limit: 40, required_state: stateOfEveryRoom }
  return {
    conn_id: connection,
    lists: { rooms: list },
    ...(openRoom !== undefined && { room_subscriptions: { [openRoom]: subscription } }),
    extensions: {
      account_data: { enabled: true },
      receipts: { enabled: true },
      typing: { enabled: true },
      'chat.hallway.unread': { enabled: true },
    },
  }
}
