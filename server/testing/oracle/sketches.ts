import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { isObject, own } from '../../protocol/json-values.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Chance } from '../room-graphs/chance.ts'
import { level, oddValue, people, sender as anybody, someone } from './odd-values.ts'
import { createContent, inviteOffer, joinRules, powerLevels, type MadeRoom, tokens } from './made-room.ts'
import { type Sketch, signedInvite } from './forge.ts'

/** What an event may be made of. */
interface Making {
  readonly version: RoomVersion
  readonly chance: Chance
  readonly room: MadeRoom
  /** Whether the values within may be of odd types. */
  readonly odd: boolean
  readonly follows: readonly EventId[]
}

const stored = (room: MadeRoom, type: string, stateKey: string): Event | undefined =>
  room.state.find(({ pdu }) => pdu.type === type && pdu.state_key === stateKey)

const memberOf = (room: MadeRoom, membership: string): string[] =>
  people.filter((userId) => own(stored(room, 'm.room.member', userId)?.pdu.content, 'membership') === membership)

/** Mostly somebody who is in the room. */
const insider = ({ chance, room, odd }: Making): string => {
  const joined = memberOf(room, 'join')
  return joined.length > 0 && chance.in(0.88) ? chance.pick(joined) : anybody(chance, odd ? 0.06 : 0)
}

const memberSketch = (making: Making): Sketch => {
  const { chance, odd } = making
  const membership = chance.pick(['join', 'join', 'join', 'invite', 'invite', 'invite', 'leave', 'leave', 'leave', 'ban', 'ban', 'knock'])
  const alone = membership === 'join' || membership === 'knock' ? 0.88 : membership === 'leave' ? 0.4 : 0.1
  const sender = chance.in(alone) ? anybody(chance, odd ? 0.04 : 0) : insider(making)
  const target = chance.in(alone) ? sender : someone(chance, odd ? 0.08 : 0)
  const named = odd && chance.in(0.12) ? chance.pick(['whatever', oddValue(chance), oddValue(chance)]) : membership
  const authoriser = chance.in(membership === 'join' ? 0.45 : 0.06)
    ? odd && chance.in(0.12)
      ? oddValue(chance)
      : someone(chance, odd ? 0.05 : 0)
    : undefined
  return {
    type: 'm.room.member',
    sender,
    stateKey: odd && chance.in(0.02) ? undefined : target,
    content: {
      ...(!(odd && chance.in(0.03)) && { membership: named }),
      ...(authoriser !== undefined && { join_authorised_via_users_server: authoriser }),
      ...(chance.in(membership === 'invite' ? 0.45 : 0.03) && { third_party_invite: thirdParty(making, target) }),
    },
    signers: typeof authoriser === 'string' && chance.in(0.85) ? [serverNameOf(authoriser)] : [],
    follows: membership === 'join' && chance.in(0.15) ? [making.room.create.eventId] : making.follows,
  }
}

const thirdParty = ({ chance, odd }: Making, target: string): unknown => {
  if (odd && chance.in(0.06)) return oddValue(chance)
  const signed = signedInvite(chance.in(0.88) ? target : someone(chance), chance.in(0.85) ? chance.pick(tokens) : 'token-unknown')
  if (!odd || chance.in(0.6)) return { display_name: 'somebody', signed }
  const key = chance.pick(['mxid', 'token', 'signatures', 'extra'] as const)
  const { [key]: _gone, ...rest } = signed
  return chance.pick([{}, { signed: rest }, { signed: oddValue(chance) }, { signed: { ...signed, [key]: oddValue(chance) } }, signed])
}

/** The room's present levels with a few changes, or others altogether. */
const levelsSketch = (making: Making): Sketch => {
  const { chance, version, room, odd } = making
  const present = stored(room, 'm.room.power_levels', '')?.pdu.content
  const creators = version.privilegedCreators && !chance.in(0.05) ? [room.create.pdu.sender] : []
  const content: { [key: string]: unknown } =
    present === undefined || chance.in(0.2) ? { ...powerLevels(chance, version, creators, odd ? 0.04 : 0) } : structuredClone(present)
  for (let changes = chance.between(0, 3); changes > 0; changes--) changeLevels(making, content)
  return { type: 'm.room.power_levels', stateKey: '', sender: insider(making), content, follows: making.follows }
}

const topLevels = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite']

/** Changes or drops one level. */
const changeLevels = ({ chance, version, odd }: Making, content: { [key: string]: unknown }): void => {
  const name = chance.pick(['users', 'users', 'users', 'events', 'events', 'notifications', 'top', 'top', 'top'] as const)
  if (name !== 'top' && odd && chance.in(0.05)) {
    content[name] = oddValue(chance)
    return
  }
  const levels = name === 'top' ? content : (content[name] ??= {})
  if (!isObject(levels)) return
  const keys = { top: topLevels, events: ['m.room.message', 'm.room.name', 'm.room.power_levels'], notifications: ['room', 'other'] }
  const key = name === 'users' ? someone(chance, odd ? 0.05 : 0) : chance.pick(keys[name])
  const map = levels as { [key: string]: unknown }
  if (chance.in(0.25)) delete map[key]
  else map[key] = level(chance, version, odd ? 0.15 : 0)
}

const createSketch = (making: Making): Sketch => {
  const { chance, version, odd } = making
  const sender = anybody(chance, odd ? 0.05 : 0)
  const room = chance.in(0.85) ? `!new:${serverNameOf(sender)}` : chance.pick(['!new:elsewhere', '!new', 'new:one', making.room.roomId])
  const content: { [key: string]: unknown } = { ...createContent(chance, version, sender) }
  if (odd && chance.in(0.4)) content[chance.pick(['room_version', 'creator', 'm.federate', 'additional_creators'])] = oddValue(chance)
  if (chance.in(0.1)) content['room_version'] = chance.pick(['99', '', '1', '12', 'org.example.1'])
  if (odd && chance.in(0.15)) content['additional_creators'] = [someone(chance, 0.5), chance.in(0.3) ? oddValue(chance) : someone(chance)]
  return {
    type: 'm.room.create',
    stateKey: '',
    sender,
    roomId: version.createOmitsRoomId && !chance.in(0.1) ? undefined : room,
    content,
    follows: chance.in(0.08) ? making.follows : [],
  }
}

const stateSketch = (making: Making): Sketch => {
  const { chance, odd } = making
  const sender = insider(making)
  const type = chance.pick(['m.room.topic', 'm.room.name', 'm.room.join_rules', 'm.room.message', 'm.room.redaction', 'org.example'])
  const stateKey = chance.pick(['', '', '', sender, someone(chance), `${sender}_suffix`, '@', 'key', odd ? '@nobody' : ''])
  return { type, sender, stateKey, content: type === 'm.room.join_rules' ? joinRules(chance) : { a: 1 }, follows: making.follows }
}

const messageSketch = (making: Making): Sketch => ({
  type: making.chance.pick(['m.room.message', 'm.reaction', 'm.room.name']),
  sender: insider(making),
  content: { body: 'x' },
  follows: making.follows,
})

const aliasesSketch = (making: Making): Sketch => {
  const { chance } = making
  const sender = insider(making)
  return {
    type: 'm.room.aliases',
    sender,
    stateKey: chance.pick([serverNameOf(sender), serverNameOf(sender), 'elsewhere', '', undefined, sender]),
    content: { aliases: ['#a:one'] },
    follows: making.follows,
  }
}

const redactionSketch = (making: Making): Sketch => {
  const { chance, version } = making
  const target = chance.pick(['$m:one', '$m:two', '$m', '$m:three:80', '', 'm:one'])
  const within = version.redactsInContent !== chance.in(0.1)
  return {
    type: 'm.room.redaction',
    sender: insider(making),
    content: within ? { redacts: target } : {},
    redacts: within || chance.in(0.05) ? undefined : target,
    follows: making.follows,
  }
}

const offerSketch = (making: Making): Sketch => ({
  type: 'm.room.third_party_invite',
  sender: insider(making),
  stateKey: making.chance.in(0.95) ? making.chance.pick(tokens) : undefined,
  content: inviteOffer(making.chance),
  follows: making.follows,
})

const kinds = [
  ...Array<typeof memberSketch>(20).fill(memberSketch),
  ...Array<typeof memberSketch>(9).fill(levelsSketch),
  ...[createSketch, createSketch, stateSketch, stateSketch, messageSketch, aliasesSketch, redactionSketch, redactionSketch, offerSketch],
]

/** An event that may or may not be allowed in the room. */
export const sketchEvent = (version: RoomVersion, chance: Chance, room: MadeRoom): Sketch => {
  const follows: EventId[] = [chance.in(0.8) ? '$before:one' : room.create.eventId, ...(chance.in(0.15) ? ['$beside:one' as const] : [])]
  const sketch = chance.pick(kinds)({ version, chance, room, odd: chance.in(0.35), follows })
  return { ...sketch, roomId: sketch.type === 'm.room.create' ? sketch.roomId : room.roomId }
}
