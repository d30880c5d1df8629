import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { checkAuthEvents, type Cited } from './auth-events.ts'
import { authorise } from './auth-rules.ts'
import type { Rejection } from './errors.ts'
import type { Event, JsonObject } from './event.ts'
import { createIdOfRoom } from './event-id.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { lookupIn, stateMapKey } from './state-map.ts'
import { testEvent } from './test-event.ts'

interface StateEvent {
  readonly type: string
  readonly state_key?: string
  readonly sender: string
  readonly content?: JsonObject
}

interface Case {
  readonly title: string
  readonly state?: readonly StateEvent[]
  readonly without?: readonly (readonly [type: string, stateKey: string])[]
  readonly signedBy?: readonly string[]
  readonly event: StateEvent & {
    readonly content: JsonObject
    readonly room_id?: string | null
    readonly prev_events?: readonly string[]
    readonly event_id?: string
    readonly redacts?: string
  }
  readonly cites?: readonly (readonly [type: string, stateKey: string] | (StateEvent & { room_id?: RoomId; rejected?: boolean }))[]
  readonly rejectedBy?: { readonly [versions: string]: string }
  readonly allowedBy?: { readonly [versions: string]: string }
}

/** What `spec/vectors/auth-rules.json` holds. */
export interface AuthVectors {
  readonly state: readonly StateEvent[]
  readonly cases: readonly Case[]
}

/** One case under one version. */
export interface Trial {
  readonly title: string
  readonly version: string
  readonly verdict: 'rejects' | 'allows'
  /** The number, in the version's text, of the rule that decides. */
  readonly rule: string
  readonly judge: () => Rejection | undefined
}

/** Every case under every version that it speaks of. */
export const trialsOf = ({ state, cases }: AuthVectors): Trial[] => {
  const trials: Trial[] = []
  for (const one of cases) {
    for (const verdict of ['rejects', 'allows'] as const) {
      for (const [versions, rule] of Object.entries((verdict === 'rejects' ? one.rejectedBy : one.allowedBy) ?? {})) {
        const [first = 0, last = first] = versions.split('-').map(Number)
        for (let id = first; id <= last; id++)
          trials.push({ title: one.title, version: `${id}`, verdict, rule, judge: () => judge(`${id}`, state, one) })
      }
    }
  }
  return trials
}

/** Whether the verdict is the one wanted. What allows cannot be told from the verdict. */
export const isRight = ({ verdict, rule, judge }: Trial): boolean => judge()?.rule === (verdict === 'rejects' ? rule : undefined)

const roomOf = (version: RoomVersion): RoomId => (version.createOmitsRoomId ? '!create' : '!room:a.example')

const judge = (id: string, common: readonly StateEvent[], { state = [], without = [], signedBy = [], event, cites }: Case) => {
  const version = roomVersion(id)
  if (version === undefined) throw new Error(`There is no room version ${id}.`)
  const absent = new Set(without.map(([type, stateKey]) => stateMapKey(type, stateKey)))
  const present = common.filter(({ type, state_key = '' }) => !absent.has(stateMapKey(type, state_key)))
  const roomId = roomOf(version)
  const lookup = lookupIn([...present, ...state].map((entry, at) => eventOf(roomId, entry, `$state${at}`)))
  const { type, sender, content, state_key: stateKey, prev_events: prevEvents = ['$before'], event_id: eventId, redacts } = event
  const usual = type === 'm.room.create' && version.createOmitsRoomId ? null : roomId
  const judged = {
    type,
    sender,
    content,
    stateKey,
    prevEvents,
    eventId,
    redacts,
    roomId: (event.room_id === undefined ? usual : event.room_id) ?? undefined,
  }
  const cited = cites?.map((cite): Cited => {
    if ('type' in cite) return { event: eventOf(cite.room_id ?? roomId, cite, '$cited'), rejected: cite.rejected === true }
    const found = lookup(cite[0], cite[1])
    if (found === undefined) throw new Error(`The room has no ${cite[0]} of “${cite[1]}”.`)
    return { event: found, rejected: false }
  })
  const miscited = cited && checkAuthEvents(version, { ...judged, roomId }, cited)
  return miscited ?? authorise(version, judged, lookup, { signedBy: (serverName) => signedBy.includes(serverName) })
}

const eventOf = (roomId: RoomId, { sender, ...fields }: StateEvent, eventId: EventId): Event =>
  testEvent(
    { ...fields, sender: sender as UserId, room_id: roomId },
    { eventId: fields.type === 'm.room.create' ? createIdOfRoom('!create') : eventId, roomId },
  )
