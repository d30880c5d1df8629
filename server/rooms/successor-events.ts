import type { EventId, RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { canonicalJson } from '../protocol/encoding.ts'
import type { JsonObject } from '../protocol/event.ts'
import { own, ownString } from '../protocol/json-values.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import { stateMapKey } from '../protocol/state-map.ts'
import { kindType, policyType } from './kind.ts'
import type { FirstEvent } from './new-room.ts'
import { committedState, type Room } from './room.ts'

/** A room that is to take the place of another. */
export interface SuccessorWish {
  readonly from: Room
  readonly to: RoomVersion
  /** Who makes it. */
  readonly actor: UserId
  readonly additionalCreators: readonly UserId[]
  /** The last event of the room before, as far as it is known. */
  readonly lastEventId: EventId | undefined
  /** The aliases that will lead to the new room. */
  readonly aliases: readonly RoomAlias[]
}

/** State that moves as it is, whoever sent it: what the text recommends, and what makes a team's room one. client-server-api/#room-upgrades */
const transferred = [
  'm.room.name',
  'm.room.topic',
  'm.room.avatar',
  'm.room.guest_access',
  'm.room.history_visibility',
  'm.room.encryption',
  'm.room.server_acl',
  kindType,
  policyType,
  'io.element.functional_members',
]

/** The create event of the successor. client-server-api/#room-upgrades */
export function successorCreation({ from, to, actor, additionalCreators, lastEventId }: SuccessorWish): FirstEvent {
  const before = committedState(from)('m.room.create', '')?.pdu.content
  const type = ownString(before, 'type')
  const content = {
    room_version: to.id,
    ...(to.creatorInContent && { creator: actor }),
    ...(type !== undefined && { type }),
    ...(own(before, 'm.federate') === false && { 'm.federate': false }),
    ...(to.privilegedCreators && additionalCreators.length > 0 && { additional_creators: additionalCreators }),
    predecessor: { room_id: from.roomId, ...(lastEventId !== undefined && { event_id: lastEventId }) },
  }
  return { sender: actor, type: 'm.room.create', stateKey: '', content }
}

/** The state that the successor takes over, memberships and power levels aside. */
export function successorState({ from, to, actor, aliases }: SuccessorWish): FirstEvent[] {
  const lookup = committedState(from)
  const events: FirstEvent[] = []
  const add = (type: string, content: JsonObject | undefined, stateKey = ''): void => {
    if (content !== undefined && hasForm(content)) events.push({ sender: actor, type, stateKey, content })
  }
  add('m.room.join_rules', joinRulesIn(to, lookup('m.room.join_rules', '')?.pdu.content))
  for (const type of transferred) add(type, lookup(type, '')?.pdu.content)
  add('m.room.canonical_alias', namesAmong(lookup('m.room.canonical_alias', '')?.pdu.content, aliases))
  const isSpace = ownString(lookup('m.room.create', '')?.pdu.content, 'type') === 'm.space'
  for (const { type, stateKey, sender, pdu } of from.state.values()) {
    if (stateKey === undefined) continue
    const isLink = own(pdu.content, 'via') !== undefined
    if (type === 'm.space.child' && isSpace && isLink) add(type, pdu.content, stateKey)
    // What a room says of its Spaces counts by who says it.
    if (type === 'm.space.parent' && sender === actor && isLink) add(type, pdu.content, stateKey)
  }
  return events
}

/** Whether a content may stand in every room version; old ones allow numbers that newer ones do not. */
const hasForm = (content: JsonObject): boolean => {
  try {
    canonicalJson(content)
    return true
  } catch {
    return false
  }
}

/** The nearest join rule that the version knows: never one that lets in more people. */
export function joinRulesIn(to: RoomVersion, content: JsonObject | undefined): JsonObject | undefined {
  const rule = own(content, 'join_rule')
  const nearest = (): string | undefined => {
    if (rule === 'knock_restricted' && !to.knockRestricted) return to.restrictedJoins ? 'restricted' : to.knock ? 'knock' : 'invite'
    if (rule === 'restricted' && !to.restrictedJoins) return 'invite'
    if (rule === 'knock' && !to.knock) return 'invite'
    return undefined
  }
  const written = nearest()
  return written === undefined ? content : { ...content, join_rule: written }
}

/** What a canonical alias says, with those aliases alone; `undefined` where nothing is left. */
export function namesAmong(content: JsonObject | undefined, aliases: readonly string[]): JsonObject | undefined {
  const isMeant = (alias: unknown): boolean => typeof alias === 'string' && aliases.includes(alias)
  const alias = own(content, 'alias')
  const others = own(content, 'alt_aliases')
  const kept = Array.isArray(others) ? others.filter(isMeant) : []
  if (!isMeant(alias) && kept.length === 0) return undefined
  return { ...(isMeant(alias) && { alias }), ...(kept.length > 0 && { alt_aliases: kept }) }
}

/** The room that this one says it has been replaced by. client-server-api/#mroomtombstone */
export const replacementOf = (room: Room): string | undefined =>
  ownString(room.state.get(stateMapKey('m.room.tombstone', ''))?.pdu.content, 'replacement_room')

/** The room that this one says it replaces. client-server-api/#mroomcreate */
export const predecessorOf = (room: Room): RoomId | undefined =>
  ownString(own(room.state.get(stateMapKey('m.room.create', ''))?.pdu.content, 'predecessor'), 'room_id') as RoomId | undefined
