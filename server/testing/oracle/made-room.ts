import { authorise } from '../../protocol/auth-rules.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { isStringArray } from '../../protocol/json-values.ts'
import { judgedOf } from '../../protocol/judged.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import type { Chance } from '../room-graphs/chance.ts'
import { level, oddValue, people, someone } from './odd-values.ts'
import { type Forge, inviteKeys } from './forge.ts'

/** A room's state, each event of which the rules could have let in. */
export interface MadeRoom {
  readonly roomId: string
  readonly create: Event
  /** All but the create event. */
  readonly state: readonly Event[]
}

/** Tokens of the third-party invitations that a room may have. */
export const tokens = ['token-a', 'token-b', '@alice:one'] as const

export const createContent = (chance: Chance, version: RoomVersion, creator: string): JsonObject => ({
  ...(version.creatorInContent &&
    !chance.in(0.02) && { creator: chance.in(0.04) ? oddValue(chance) : chance.in(0.1) ? someone(chance) : creator }),
  ...(chance.in(0.9) && { room_version: version.id }),
  ...(chance.in(0.12) && { 'm.federate': chance.in(0.6) ? false : chance.pick([true, 'false', 0, null]) }),
  ...(chance.in(version.privilegedCreators ? 0.4 : 0.03) && {
    additional_creators: [someone(chance, 0), someone(chance, 0)].slice(chance.between(0, 1)),
  }),
})

const names = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'] as const
const types = [
  'm.room.message',
  'm.room.name',
  'm.room.power_levels',
  'm.room.member',
  'm.room.third_party_invite',
  'm.room.aliases',
  'm.room.redaction',
  'm.room.join_rules',
]

const mapOf = (chance: Chance, keys: readonly string[], value: () => unknown): JsonObject =>
  Object.fromEntries(keys.filter(() => chance.in(0.4)).map((key) => [key, value()]))

/** Power levels, of which some may be odd. */
export const powerLevels = (chance: Chance, version: RoomVersion, creators: readonly string[], oddness: number): JsonObject => {
  const value = (): unknown => level(chance, version, oddness)
  const users = people.filter((userId) => !version.privilegedCreators || !creators.includes(userId))
  return {
    ...mapOf(chance, names, value),
    ...(!chance.in(0.08) && { users: mapOf(chance, users, value) }),
    ...(chance.in(0.6) && { events: mapOf(chance, types, value) }),
    ...(chance.in(0.2) && { notifications: mapOf(chance, ['room', 'other'], value) }),
  }
}

export const joinRules = (chance: Chance): JsonObject => {
  const rule = chance.pick(['public', 'invite', 'knock', 'restricted', 'knock_restricted', 'private', 'whatever'])
  return { ...(!chance.in(0.03) && { join_rule: chance.in(0.04) ? oddValue(chance) : rule }) }
}

export const inviteOffer = (chance: Chance): JsonObject => {
  const key = (): unknown =>
    chance.pick([inviteKeys.right, inviteKeys.right, inviteKeys.wrong, inviteKeys.wrong, 'bm9uZQ', '', oddValue(chance)])
  const entry = (): unknown => (chance.in(0.08) ? oddValue(chance) : { public_key: key() })
  return {
    display_name: 'somebody',
    ...(chance.in(0.75) && { public_key: key() }),
    ...(chance.in(0.5) && { public_keys: chance.in(0.08) ? oddValue(chance) : [entry(), entry()].slice(chance.between(0, 2)) }),
  }
}

/** A room of this version whose create event and power levels the rules let in. */
export const makeRoom = (version: RoomVersion, chance: Chance, forge: Forge): MadeRoom => {
  const founder = chance.in(0.9) ? people[0] : chance.pick(people)
  const create = makeCreate(version, chance, forge, founder)
  const state = (type: string, stateKey: string, sender: string, content: JsonObject): Event =>
    forge({ type, stateKey, sender, content, roomId: create.pdu.room_id ?? create.roomId })
  const events: Event[] = []
  if (chance.in(0.85)) events.push(makeLevels(version, chance, create, state))
  if (chance.in(0.9)) events.push(state('m.room.join_rules', '', founder, joinRules(chance)))
  for (const userId of people) {
    const membership = chance.pick(['join', 'join', 'join', 'join', 'join', 'leave', 'invite', 'ban', version.knock ? 'knock' : 'leave'])
    if (chance.in(0.9)) events.push(state('m.room.member', userId, membership === 'join' ? userId : founder, { membership }))
  }
  for (const token of tokens) {
    if (chance.in(0.6)) events.push(state('m.room.third_party_invite', token, chance.pick([founder, people[1]]), inviteOffer(chance)))
  }
  if (chance.in(0.2)) events.push(state('m.room.topic', '', founder, { topic: 'x' }))
  return { roomId: create.roomId, create, state: events }
}

const makeCreate = (version: RoomVersion, chance: Chance, forge: Forge, founder: string): Event => {
  const roomId = version.createOmitsRoomId ? undefined : `!room:${serverNameOf(founder)}`
  return makeUntil(
    () => forge({ type: 'm.room.create', sender: founder, stateKey: '', roomId, content: createContent(chance, version, founder) }),
    (event) => allowed(version, event, []),
  )
}

type MakeState = (type: string, stateKey: string, sender: string, content: JsonObject) => Event

const makeLevels = (version: RoomVersion, chance: Chance, create: Event, state: MakeState): Event => {
  const { sender: founder, content } = create.pdu
  const entered = state('m.room.member', founder, founder, { membership: 'join' })
  // Whatever the content calls the creator: somebody may set the first levels.
  const begun = [{ ...create, pdu: { ...create.pdu, content: { ...content, creator: founder } } }, entered]
  const additional = content['additional_creators']
  const creators = [founder, ...(isStringArray(additional) ? additional : [])]
  const oddness = chance.pick([0, 0, 0.05, 0.3])
  return makeUntil(
    () => state('m.room.power_levels', '', founder, powerLevels(chance, version, creators, oddness)),
    (event) => allowed(version, event, begun),
  )
}

const allowed = (version: RoomVersion, event: Event, state: readonly Event[]): boolean =>
  authorise(version, judgedOf(event), lookupIn(state), { signedBy: () => true }) === undefined

const makeUntil = (make: () => Event, fits: (event: Event) => boolean): Event => {
  for (let left = 200; left > 0; left--) {
    const event = make()
    if (fits(event)) return event
  }
  throw new Error('No event of 200 fits.')
}
