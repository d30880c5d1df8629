import type { SlidingList, SlidingSyncRequest } from '../../spec/client/sliding-sync.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { Reader } from './readers.ts'
import {
  configOf,
  isListed,
  type PersonalRoomFacts,
  type RoomConfig,
  type RoomWish,
  sortedRooms,
  widen,
  windowOf,
} from './sliding-lists.ts'
import type { UserRooms } from './user-rooms.ts'

/** What a request looks at. The same object for as long as the same request looks at the same rooms. */
export interface Look {
  readonly configs: ReadonlyMap<RoomId, RoomConfig>
  /** The size of each list, as JSON text without braces. */
  readonly counts: string
}

/** Finds which rooms a request looks at, and what it wants of each. */
export type LookAt = (body: SlidingSyncRequest, reader: Reader, facts: PersonalRoomFacts) => Look | Promise<Look>

interface Needs {
  roomStates: RoomStates
  userRooms: UserRooms
}

interface Listed {
  readonly rooms: ReadonlySet<RoomId>
  /** All rooms of the list are in its window. */
  readonly complete: boolean
}

interface Kept {
  readonly look: Look
  readonly reader: Reader
  readonly membershipChanges: number
  readonly facts: PersonalRoomFacts
  readonly lists: readonly Listed[]
  /** The position that it was made at, or found still to hold. */
  upTo: number
}

export function createLookAt({ roomStates, userRooms }: Needs): LookAt {
  // By request: on the live socket the same one is answered again and again.
  const kept = new WeakMap<SlidingSyncRequest, Kept>()

  // Filters ask about what a room is; rooms that were left are in no list.
  const openRooms = async (reader: Reader): Promise<void> => {
    for (const membership of reader.rooms.values())
      if (isListed(membership) && roomStates.known(membership.roomId) === undefined) await roomStates.open(membership.roomId)
  }

  const make = (body: SlidingSyncRequest, reader: Reader, facts: PersonalRoomFacts): Look => {
    const before = { membershipChanges: reader.membershipChanges, upTo: reader.lastChange }
    const wishes = new Map<RoomId, RoomWish>()
    const lists = Object.entries(body.lists ?? {})
    const memberships = reader.rooms
    const sorted = lists.length === 0 ? [] : sortedRooms({ memberships, bumpOf: userRooms.bumpOf })
    const windows = lists.map(([name, list]) => {
      const found = windowOf(list, sorted, { memberships, bumpOf: userRooms.bumpOf, roomOf: roomStates.known, facts })
      for (const roomId of found.rooms) widen(wishes, roomId, list, name)
      return { count: found.count, rooms: new Set(found.rooms) }
    })
    for (const [roomId, subscription] of Object.entries(body.room_subscriptions ?? {}))
      if (memberships.has(roomId as RoomId)) widen(wishes, roomId as RoomId, subscription)
    const look: Look = {
      configs: new Map([...wishes].map(([roomId, wish]) => [roomId, configOf(wish)])),
      counts: lists.map(([name], i) => `${JSON.stringify(name)}:{"count":${windows[i]!.count}}`).join(','),
    }
    if (lists.every(([, list]) => isSteady(list))) {
      const listed = windows.map(({ count, rooms }) => ({ rooms, complete: rooms.size === count }))
      kept.set(body, { look, reader, facts, lists: listed, ...before })
    }
    return look
  }

  /** A room that moves to the top of a window that it was in already, changes nothing about which rooms are in it. */
  const holds = (known: Kept, reader: Reader, facts: PersonalRoomFacts): boolean => {
    if (known.reader !== reader || known.membershipChanges !== reader.membershipChanges || known.facts !== facts) return false
    if (known.upTo === reader.lastChange || known.lists.every(({ complete }) => complete)) return true
    for (const [roomId, pos] of reader.changed)
      if (pos > known.upTo && known.lists.some(({ complete, rooms }) => !complete && !rooms.has(roomId))) return false
    known.upTo = reader.lastChange
    return true
  }

  return (body, reader, facts) => {
    const known = kept.get(body)
    if (known !== undefined && holds(known, reader, facts)) return known.look
    const filtered = Object.values(body.lists ?? {}).some(({ filters }) => filters !== undefined)
    return filtered ? openRooms(reader).then(() => make(body, reader, facts)) : make(body, reader, facts)
  }
}

/** Whether nothing but memberships, a room's kind, and the order of rooms above the window's end decide what is in a list's window. */
function isSteady({ filters, ranges }: SlidingList): boolean {
  if (filters?.is_encrypted !== undefined || filters?.spaces !== undefined) return false
  let end = 0
  for (const [first, last] of [...(ranges ?? [])].sort(([a], [b]) => a! - b!)) {
    if (first! > end) return false
    end = Math.max(end, last! + 1)
  }
  return true
}
