import type { UserId } from '../../../spec/identifiers.ts'
import { citedIds, type Event } from '../../protocol/event.ts'
import { act } from './acting.ts'
import { keyOf, type State } from './naive-state.ts'
import * as member from './member-deeds.ts'
import * as power from './power-deeds.ts'
import * as room from './room-deeds.ts'
import { type Deed, setMembership } from './scene.ts'
import type { World } from './world.ts'

/** What takes several people, or several steps. */
type Incident = (world: World) => void

const stateOf = (world: World, events: readonly Event[]): State => world.room.stateOver(events.map(({ eventId }) => eventId))
const membersOf = (world: World, state: State, membership: string): UserId[] =>
  world.users.filter((userId) => state.get(keyOf('m.room.member', userId))?.pdu.content['membership'] === membership)

/** A user who is in the room as some server knows it, what that server would cite, and who else is there. */
const setting = (world: World): { actor: UserId; others: UserId[]; base: readonly Event[] } | undefined => {
  const { heads } = world.chance.pick(world.servers)
  const base = world.chance.some(heads, 5)
  const joined = membersOf(world, stateOf(world, base), 'join')
  const actor = world.chance.pickOf(joined)
  return actor === undefined ? undefined : { actor, base, others: joined.filter((userId) => userId !== actor) }
}

/** Goes on after an event, or where that did not come about, after what was before. */
const goOn = (world: World, actor: UserId, deeds: readonly Deed[], base: readonly Event[]): void => {
  let previous = base
  for (const deed of deeds) {
    const event = act(world, actor, deed, previous)
    if (event !== undefined) previous = [event]
  }
}

const against =
  (userId: UserId, membership: string): Deed =>
  (scene) =>
    setMembership(scene, userId, membership)
const demoteAlone =
  (userId: UserId): Deed =>
  (scene) =>
    power.demote({ ...scene, users: [userId] })

const words: readonly Deed[] = [room.say, room.say, room.setTopic, room.setOther, member.invite, member.joinOrRename, room.redact]
const someWords = ({ chance }: World): Deed[] => Array.from({ length: chance.between(1, 4) }, () => chance.pick(words))

/** Two take each other's power, or throw each other out, before either hears of it. */
const quarrel: Incident = (world) => {
  const found = setting(world)
  const [other] = world.chance.some(found?.others ?? [], 1)
  if (found === undefined || other === undefined) return
  const blow = (target: UserId): Deed =>
    world.chance.pick([...Array(3).fill(demoteAlone(target)), against(target, 'ban'), against(target, 'leave')])
  goOn(world, found.actor, [blow(other), ...someWords(world)], found.base)
  goOn(world, other, [blow(found.actor), ...someWords(world)], found.base)
}

/** One is banned, kicked or demoted in one branch, and goes on in another. */
const unaware: Incident = (world) => {
  const found = setting(world)
  const [other] = world.chance.some(found?.others ?? [], 1)
  if (found === undefined || other === undefined) return
  const blow = world.chance.pick([against(other, 'ban'), against(other, 'ban'), against(other, 'leave'), demoteAlone(other)])
  goOn(world, found.actor, [blow, ...someWords(world)], found.base)
  goOn(world, other, [...someWords(world), world.chance.pick([power.changeLevel, member.banWeaker, room.setJoinRule])], found.base)
}

/** The door is shut in one branch while somebody comes in by the other. */
const closingDoor: Incident = (world) => {
  const found = setting(world)
  const [guest] = world.chance.some(found === undefined ? [] : membersOf(world, stateOf(world, found.base), 'leave'), 1)
  if (found === undefined) return
  goOn(world, found.actor, [room.setJoinRule, ...someWords(world)], found.base)
  goOn(world, guest ?? world.chance.pick(world.users), [member.join, ...someWords(world)], found.base)
}

/** Who is banned pretends not to have heard. */
const evasion: Incident = (world) => {
  const bans = world.events.filter(({ pdu }) => pdu.type === 'm.room.member' && pdu.content['membership'] === 'ban')
  const ban = world.chance.pickOf(bans)
  const outcast = world.users.find((userId) => userId === ban?.pdu.state_key)
  if (ban === undefined || outcast === undefined) return
  const before = citedIds(ban.pdu.prev_events).map(world.room.known.eventOf)
  if (before.length > 0) goOn(world, outcast, [...someWords(world), world.chance.pick([power.promote, member.leave, room.say])], before)
}

/** Knocks where knocks are heard, is invited, and joins. */
const knocking: Incident = (world) => {
  const found = setting(world)
  if (found === undefined || !world.version.knock) return
  const state = stateOf(world, found.base)
  const inside = ['join', 'invite', 'ban'].flatMap((membership) => membersOf(world, state, membership))
  const guest = world.chance.pickOf(world.users.filter((userId) => !inside.includes(userId)))
  if (guest === undefined) return
  const heard = act(world, found.actor, room.hearKnocks, found.base)
  const knock = act(world, guest, member.knock, heard === undefined ? found.base : [heard])
  const invite = knock === undefined ? undefined : act(world, found.actor, member.answerKnock, [knock])
  if (invite !== undefined) goOn(world, guest, [member.join, room.say], [invite])
}

/** Everybody is cut off. */
const split: Incident = ({ servers }) => {
  for (const server of servers) server.isCutOff = true
}

/** With these weights. */
export const incidents: readonly { readonly weight: number; readonly play: Incident }[] = [
  { weight: 4, play: quarrel },
  { weight: 4, play: unaware },
  { weight: 3, play: closingDoor },
  { weight: 3, play: evasion },
  { weight: 3, play: knocking },
  { weight: 3, play: split },
]
