import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import { selectAuthEvents } from '../../protocol/auth-events.ts'
import type { Citation, Event, JsonObject } from '../../protocol/event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import { testEvent } from '../../protocol/test-event.ts'
import type { Database } from '../../storage/database.ts'
import { openStored, storedRoom } from '../stored-graphs/stored-room.ts'

/** One event of a story. `$` before names is left out. */
export interface Line {
  readonly id: string
  readonly by: UserId
  readonly type: string
  readonly key?: string
  readonly content?: JsonObject
  readonly redacts?: string
  /** What it follows. */
  readonly after: readonly string[]
  /** The events among which it finds what it must cite; absent: all that were told before it. */
  readonly sees?: readonly string[]
}

export const ada: UserId = '@ada:one.example'
export const bob: UserId = '@bob:two.example'
export const cyd: UserId = '@cyd:two.example'
export const eve: UserId = '@eve:three.example'
export const toldRoomId: RoomId = '!told:one.example'
/** When the first event of a story is sent; each further one a second later. */
export const storyBegins = 1_700_000_000_000

const member = (id: string, by: UserId, after: string): Line => ({
  id,
  by,
  type: 'm.room.member',
  key: by,
  content: { membership: 'join' },
  after: [after],
})

/** Ada founds a public room in which bob may set state, and bob and cyd join. */
export const opening: readonly Line[] = [
  { id: 'create', by: ada, type: 'm.room.create', key: '', content: { creator: ada, room_version: '10' }, after: [] },
  member('ada', ada, 'create'),
  { id: 'levels', by: ada, type: 'm.room.power_levels', key: '', content: { users: { [ada]: 100, [bob]: 50 } }, after: ['ada'] },
  { id: 'rules', by: ada, type: 'm.room.join_rules', key: '', content: { join_rule: 'public' }, after: ['levels'] },
  member('bob', bob, 'rules'),
  member('cyd', cyd, 'bob'),
]

/**
 * Bob sets a topic; on a branch that knows nothing of it, ada takes his power away, and the topic is lost where both meet. What bob then
 * says on the old branch is soft-failed, and what a stranger says rejected.
 */
export const struggle: readonly Line[] = [
  ...opening,
  { id: 'topic', by: bob, type: 'm.room.topic', key: '', content: { topic: 'a secret plan' }, after: ['cyd'] },
  {
    id: 'demotion',
    by: ada,
    type: 'm.room.power_levels',
    key: '',
    content: { users: { [ada]: 100 } },
    after: ['cyd'],
    sees: ['create', 'ada', 'levels'],
  },
  { id: 'name', by: bob, type: 'm.room.name', key: '', content: { name: 'B' }, after: ['topic'], sees: ['create', 'bob', 'levels'] },
  { id: 'stranger', by: eve, type: 'm.room.message', content: { body: 'a secret word' }, after: ['topic'] },
  { id: 'talk', by: ada, type: 'm.room.message', content: { body: 'a secret word' }, after: ['topic', 'demotion'] },
  { id: 'nothing', by: cyd, type: 'm.room.redaction', redacts: '$unheard', after: ['talk'] },
  { id: 'redaction', by: ada, type: 'm.room.redaction', redacts: '$talk', after: ['nothing'] },
]

/** Receives a story into the database. */
export async function tell(database: Database, version: RoomVersion, lines: readonly Line[]): Promise<void> {
  const room = storedRoom(openStored(database), toldRoomId, version)
  const told: { line: Line; event: Event }[] = []
  const cite = (eventId: EventId): Citation => (version.citesWithHashes ? [eventId, {}] : eventId)
  for (const [at, line] of lines.entries()) {
    const { id, by, type, key, content = {}, redacts, after, sees } = line
    const seen = told.filter((one) => sees === undefined || sees.includes(one.line.id)).map(({ event }) => event)
    const citing = { type, sender: by, stateKey: key, content }
    const event = testEvent(
      {
        type,
        sender: by,
        room_id: toldRoomId,
        content,
        depth: at + 1,
        origin_server_ts: storyBegins + at * 1000,
        prev_events: after.map((name) => cite(`$${name}`)),
        auth_events: selectAuthEvents(version, citing, lookupIn(seen)).map(({ eventId }) => cite(eventId)),
        ...(key !== undefined && { state_key: key }),
        ...(redacts !== undefined && { redacts: redacts as EventId }),
      },
      { eventId: `$${id}`, roomId: toldRoomId },
    )
    told.push({ line, event })
    await room.receive(event)
  }
}
