import type { RoomId } from '../../spec/identifiers.ts'
import type { SlidingList, SlidingRoomFilter } from '../../spec/client/sliding-sync.ts'
import type { Room } from '../rooms/room.ts'
import { committedState } from '../rooms/room.ts'
import type { RoomMembership } from '../storage/memberships.ts'

/** A list as it stands for one request. */
export interface ListWindow {
  readonly count: number
  /** The rooms in the asked ranges. */
  readonly rooms: readonly RoomId[]
}

/** What filters ask about a user's rooms beside their state. */
export interface PersonalRoomFacts {
  readonly isDirect: (roomId: RoomId) => boolean
  readonly tagsOf: (roomId: RoomId) => readonly string[]
}

interface ListRequest {
  readonly memberships: ReadonlyMap<RoomId, RoomMembership>
  readonly bumpOf: (roomId: RoomId) => number
  readonly roomOf: (roomId: RoomId) => Room | undefined
  readonly facts: PersonalRoomFacts
}

/** The rooms that lists are over: joined, or invited. */
export const isListed = ({ membership }: RoomMembership): boolean =>
  membership === 'join' || membership === 'invite' || membership === 'knock'

/** Rooms by their last activity, the latest first. For an invitation that is the invitation itself. */
export function sortedRooms({ memberships, bumpOf }: Pick<ListRequest, 'memberships' | 'bumpOf'>): RoomMembership[] {
  const stamped: { membership: RoomMembership; bump: number }[] = []
  for (const membership of memberships.values()) {
    if (isListed(membership))
      stamped.push({ membership, bump: membership.membership === 'join' ? bumpOf(membership.roomId) : membership.since })
  }
  return stamped.sort((a, b) => b.bump - a.bump).map(({ membership }) => membership)
}

function childrenOf(spaces: readonly string[], { memberships, roomOf }: ListRequest): Set<string> {
  const children = new Set<string>()
  for (const space of spaces) {
    if (memberships.get(space as RoomId)?.membership !== 'join') continue
    for (const event of roomOf(space as RoomId)?.state.values() ?? []) {
      if (event.type === 'm.space.child' && Array.isArray(event.pdu.content['via'])) children.add(event.stateKey!)
    }
  }
  return children
}

function passes(filters: SlidingRoomFilter, request: ListRequest): (membership: RoomMembership) => boolean {
  const { is_dm, is_encrypted, is_invite, spaces, room_types, not_room_types, tags, not_tags } = filters
  const children = spaces === undefined ? undefined : childrenOf(spaces, request)
  const typeOf = (room: Room): string | null => {
    const type = committedState(room)('m.room.create', '')?.pdu.content['type']
    return typeof type === 'string' ? type : null
  }
  return ({ roomId, membership }) => {
    const room = request.roomOf(roomId)
    if (is_dm !== undefined && request.facts.isDirect(roomId) !== is_dm) return false
    if (is_invite !== undefined && (membership === 'invite') !== is_invite) return false
    if (children !== undefined && !children.has(roomId)) return false
    if (is_encrypted !== undefined && (room !== undefined && committedState(room)('m.room.encryption', '') !== undefined) !== is_encrypted)
      return false
    if (room_types !== undefined && !(room !== undefined && room_types.includes(typeOf(room)))) return false
    if (not_room_types !== undefined && room !== undefined && not_room_types.includes(typeOf(room))) return false
    if (tags === undefined && not_tags === undefined) return true
    const own = request.facts.tagsOf(roomId)
    return (tags === undefined || tags.some((tag) => own.includes(tag))) && !(not_tags ?? []).some((tag) => own.includes(tag))
  }
}

/** A list's count and the rooms in its ranges; `sorted` is all of the user's rooms. */
export function windowOf(list: SlidingList, sorted: readonly RoomMembership[], request: ListRequest): ListWindow {
  const rooms = list.filters === undefined ? sorted : sorted.filter(passes(list.filters, request))
  if (list.ranges === undefined) return { count: rooms.length, rooms: rooms.map(({ roomId }) => roomId) }
  const taken = new Set<RoomId>()
  for (const [first, last] of list.ranges) {
    for (let i = first!; i <= Math.min(last!, rooms.length - 1); i++) taken.add(rooms[i]!.roomId)
  }
  return { count: rooms.length, rooms: [...taken] }
}

/** What a request wants of a room while it is gathered: the most that any list or subscription over it wants. */
export interface RoomWish {
  timelineLimit: number
  requiredState: (readonly [type: string, stateKey: string])[]
  lists: string[]
  subscribed: boolean
}

/** What a request wants of a room. */
export interface RoomConfig extends Readonly<RoomWish> {
  /** The required state as text: another text asks for something else. */
  readonly stateText: string
}

/** The ceiling of `timeline_limit`. */
const longestTimeline = 100

/** @param list the list's name; without one, the room is subscribed to */
export function widen(
  wishes: Map<RoomId, RoomWish>,
  roomId: RoomId,
  wanted: { timeline_limit?: number; required_state?: readonly (readonly string[])[] },
  list?: string,
): void {
  let wish = wishes.get(roomId)
  if (wish === undefined) wishes.set(roomId, (wish = { timelineLimit: 0, requiredState: [], lists: [], subscribed: false }))
  wish.timelineLimit = Math.max(wish.timelineLimit, Math.min(wanted.timeline_limit ?? 0, longestTimeline))
  for (const pair of wanted.required_state ?? []) wish.requiredState.push(pair as unknown as [string, string])
  if (list === undefined) wish.subscribed = true
  else wish.lists.push(list)
}

export const configOf = (wish: RoomWish): RoomConfig => ({
  ...wish,
  stateText: wish.requiredState.map(([type, key]) => `${type} ${key}`).join('\n'),
})

/** What is wanted of a room that is not looked at any more, to tell how it ended. */
export const endConfig: RoomConfig = configOf({ timelineLimit: 1, requiredState: [], lists: [], subscribed: false })
