import { readFileSync } from 'node:fs'
import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import type { Event, JsonObject } from './event.ts'
import { own } from './json-values.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { testEvent } from './test-event.ts'

interface VectorEvent {
  readonly event_id: EventId
  readonly type: string
  readonly state_key: string
  readonly sender: UserId
  readonly content: JsonObject
  readonly depth: number
  readonly origin_server_ts: number
  readonly auth_events: readonly EventId[]
  readonly prev_events?: readonly EventId[]
}

interface Vectors {
  readonly opening: readonly VectorEvent[]
  readonly cases: readonly {
    readonly title: string
    readonly events: readonly VectorEvent[]
    readonly states: readonly (readonly EventId[])[]
    readonly rejected?: readonly EventId[]
    readonly resolved: { readonly [versions: string]: readonly EventId[] }
  }[]
}

/** One case of `spec/vectors/state-resolution.json` under one version. */
export interface ResolutionCase {
  readonly title: string
  readonly version: RoomVersion
  readonly events: readonly Event[]
  readonly states: readonly (readonly EventId[])[]
  readonly rejected: readonly EventId[]
  /** Sorted. */
  readonly resolved: readonly EventId[]
}

/** Every case under every version that it speaks of. */
export const resolutionCases = (): ResolutionCase[] => {
  const vectors: Vectors = JSON.parse(readFileSync(new URL('../../spec/vectors/state-resolution.json', import.meta.url), 'utf8'))
  return vectors.cases.flatMap(({ title, events, states, rejected = [], resolved }) =>
    Object.entries(resolved).flatMap(([versions, ids]) =>
      versionsIn(versions).map((version) => ({
        title,
        version,
        events: [...vectors.opening, ...events].map((event) => eventOf(version, event)),
        states,
        rejected,
        resolved: ids.toSorted(),
      })),
    ),
  )
}

/** The versions of a range such as `2-11`. */
const versionsIn = (range: string): RoomVersion[] => {
  const [first = 0, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, at) => roomVersion(`${first + at}`) as RoomVersion)
}

const creator = '@alice:a.example'

const eventOf = (version: RoomVersion, { event_id, auth_events, prev_events = ['$before'], ...fields }: VectorEvent): Event => {
  const roomId: RoomId = version.createOmitsRoomId ? '!create' : '!room:a.example'
  const isCreate = fields.type === 'm.room.create'
  const cited: readonly EventId[] = isCreate || version.createImplied ? auth_events : ['$create', ...auth_events]
  const cite = (id: EventId) => (version.citesWithHashes ? ([id, {}] as const) : id)
  return testEvent(
    {
      ...fields,
      ...(!(isCreate && version.createOmitsRoomId) && { room_id: roomId }),
      content: contentOf(version, fields),
      auth_events: cited.map(cite),
      prev_events: prev_events.map(cite),
    },
    { eventId: event_id, roomId },
  )
}

const contentOf = (version: RoomVersion, { type, sender, content }: Pick<VectorEvent, 'type' | 'sender' | 'content'>): JsonObject => {
  if (type === 'm.room.create' && version.creatorInContent) return { ...content, creator: sender }
  if (type !== 'm.room.power_levels' || !version.privilegedCreators) return content
  const { [creator]: _creator, ...users } = own(content, 'users') as JsonObject
  return { ...content, users }
}
