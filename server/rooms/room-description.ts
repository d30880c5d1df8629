import type { RoomId } from '../../spec/identifiers.ts'
import { isRoomAlias } from '../protocol/identifiers.ts'
import { own, ownString } from '../protocol/json-values.ts'
import { joinRuleOf } from '../protocol/state-map.ts'
import { allowedRooms, isRestricted } from './restricted-join.ts'
import { committedState, type Room } from './room.ts'

/** What is shown of a room to those who may want to join it; the names are those of the wire. client-server-api/#published-room-directory */
export interface RoomDescription {
  readonly room_id: RoomId
  readonly num_joined_members: number
  readonly world_readable: boolean
  readonly guest_can_join: boolean
  readonly join_rule: string
  readonly name?: string
  readonly topic?: string
  readonly canonical_alias?: `#${string}:${string}`
  readonly avatar_url?: string
  readonly room_type?: string
}

/** The description by the room's present state; what has the wrong type there is left out. */
export function describeRoom(room: Room): RoomDescription {
  const state = committedState(room)
  const text = (type: string, key: string): string | undefined => ownString(state(type, '')?.pdu.content, key)
  const alias = text('m.room.canonical_alias', 'alias')
  const given = {
    name: text('m.room.name', 'name'),
    topic: text('m.room.topic', 'topic'),
    canonical_alias: isRoomAlias(alias) ? alias : undefined,
    avatar_url: text('m.room.avatar', 'url'),
    room_type: text('m.room.create', 'type'),
  }
  return {
    room_id: room.roomId,
    num_joined_members: room.counts.join,
    world_readable: text('m.room.history_visibility', 'history_visibility') === 'world_readable',
    guest_can_join: text('m.room.guest_access', 'guest_access') === 'can_join',
    join_rule: joinRuleOf(state),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')) as Partial<{
      [K in keyof typeof given]: never
    }>),
  }
}

/** What a summary adds to that. client-server-api/#get_matrixclientv1room_summaryroomidoralias */
export function summaryOf(room: Room) {
  const state = committedState(room)
  const algorithm = own(state('m.room.encryption', '')?.pdu.content, 'algorithm')
  return {
    ...describeRoom(room),
    room_version: room.version.id,
    ...(typeof algorithm === 'string' && { encryption: algorithm }),
    ...(isRestricted(room, state) && { allowed_room_ids: allowedRooms(state) as RoomId[] }),
  }
}
