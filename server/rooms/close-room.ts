import type { EventId, RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isObject, own } from '../protocol/json-values.ts'
import { defaultLevels, founderOf, levelFor, levelToSend, readLevel } from '../protocol/power-levels.ts'
import type { Touches, Turn } from './alter-room.ts'
import { policyOf, policyType } from './kind.ts'
import { aliasesIn } from './set-state.ts'

/** How a room is closed in favour of another. */
export interface Closing {
  /** In whose name. */
  readonly actor: UserId
  /** Who asked for it. */
  readonly requester: UserId
  /** The tombstone that was there when this began. */
  readonly seen: EventId | undefined
  /** The aliases that will lead to the new room. */
  readonly aliases: readonly RoomAlias[]
}

/** What `closeRoom` reads and writes. */
export const closingTouches = ({ actor }: Closing): Touches => ({
  users: [actor],
  entries: ['m.room.tombstone', 'm.room.canonical_alias', policyType, 'm.room.power_levels'].map((type) => [type, ''] as const),
})

/** What one is told of a room that has moved already. */
export const upgradedAlready = (replacement?: string): MatrixError =>
  new MatrixError('M_BAD_STATE', 'The room has been upgraded already, or is just being so; go on in the room that took its place.', {
    status: 400,
    ...(replacement !== undefined && { fields: { replacement_room: replacement } }),
  })

/** What people say; where the room sets these apart, the default level is none for them. */
const said = ['m.room.message', 'm.room.encrypted', 'm.sticker']
/** Marks, and taking back what one wrote oneself, stay with everyone who had them: what was said is still read. */
const left = ['m.reaction', 'm.room.redaction']

/**
 * Closes a room: a tombstone, and as far as the actor may, levels at which members neither talk nor invite; they still mark and take back. client-server-api/#room-upgrades
 * @throws M_FORBIDDEN for who may not send the tombstone, M_BAD_STATE when somebody was faster
 */
export function closeRoom(turn: Turn, { actor, requester, seen, aliases }: Closing, replacement: RoomId): void {
  const { state, send } = turn
  if (state('m.room.tombstone', '')?.eventId !== seen) throw upgradedAlready()
  const put = (type: string, content: JsonObject) => send({ sender: actor, type, stateKey: '', content })
  put('m.room.tombstone', {
    body: 'This room has been replaced.',
    replacement_room: replacement,
    ...(requester !== actor && { 'chat.hallway.actor': requester }),
  })
  const names = state('m.room.canonical_alias', '')?.pdu.content
  if (names !== undefined && aliasesIn(names).some((alias) => aliases.includes(alias as RoomAlias)))
    whereAllowed(() => put('m.room.canonical_alias', namesWithout(names, aliases)))
  const policy = state(policyType, '')?.pdu.content
  // Nobody is made a member of a closed room, and nobody is kept in one.
  if (policy !== undefined && policyOf(state).mandatory) whereAllowed(() => put(policyType, { ...policy, mandatory: false }))
  whereAllowed(() => put('m.room.power_levels', closedLevels(turn)))
}

/** A step that the actor's power may not reach to. */
function whereAllowed(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof MatrixError && error.errcode === 'M_FORBIDDEN')) throw error
  }
}

const namesWithout = (content: JsonObject, aliases: readonly string[]): JsonObject => {
  const stays = (alias: unknown): boolean => !aliases.includes(alias as string)
  const others = own(content, 'alt_aliases')
  const kept = Array.isArray(others) ? others.filter(stays) : []
  const main = own(content, 'alias')
  return { ...(typeof main === 'string' && stays(main) && { alias: main }), ...(kept.length > 0 && { alt_aliases: kept }) }
}

/** The levels of a closed room: nothing is lowered. */
function closedLevels({ room: { version }, state }: Turn): JsonObject {
  const create = state('m.room.create', '')
  const founder = create && founderOf(version, create)
  const unset = version.privilegedCreators || founder === undefined ? {} : { users: { [founder]: 100 } }
  const content = state('m.room.power_levels', '')?.pdu.content ?? unset
  const level = Math.min(Math.max(50, levelFor(version, 'users_default', state) + 1), Number.MAX_SAFE_INTEGER)
  const raised = (name: 'events_default' | 'invite') => Math.max(level, readLevel(version, own(content, name)) ?? defaultLevels[name])
  const events = own(content, 'events')
  const present = (type: string) => levelToSend(version, type, false, state)
  const talk = said.filter((type) => present(type) < level && own(events, type) !== undefined)
  const marks = left.filter((type) => present(type) < level)
  return {
    ...content,
    events_default: raised('events_default'),
    invite: raised('invite'),
    events: {
      ...(isObject(events) && events),
      ...Object.fromEntries(marks.map((type) => [type, present(type)])),
      ...Object.fromEntries(talk.map((type) => [type, level])),
    },
  }
}
