import type { UserId } from '../../../spec/identifiers.ts'
import type { JsonObject } from '../../protocol/event.ts'
import { selectAuthEvents } from '../../protocol/auth-events.ts'
import { placeWish } from './citing.ts'
import { lookupInState } from './naive-state.ts'
import { joinRulesOf } from './room-deeds.ts'
import { drain, publish, type World } from './world.ts'

/** Founds the room: create event, the founder's join, and most of what servers set then; all servers hear of it. */
export const openRoom = (world: World): void => {
  const { chance, version, users } = world
  const founder = users[0] as UserId
  const join = { membership: 'join' }
  const rule = chance.in(0.5) ? 'public' : chance.pick(joinRulesOf(version))
  const steps: readonly [type: string, stateKey: string, content: JsonObject, probability: number][] = [
    ['m.room.create', '', creation(world, founder), 1],
    ['m.room.member', founder, join, 1],
    ['m.room.power_levels', '', powerLevels(world, founder), 0.9],
    ['m.room.join_rules', '', { join_rule: rule }, 0.95],
    ['m.room.history_visibility', '', { history_visibility: chance.pick(['shared', 'invited', 'joined', 'world_readable']) }, 0.6],
    ['m.room.topic', '', { topic: 'the first' }, 0.3],
  ]
  for (const [type, stateKey, content, probability] of steps) {
    if (!chance.in(probability)) continue
    const previous = world.events.slice(-1)
    const state = world.room.stateOver(previous.map(({ eventId }) => eventId))
    const wish = { sender: founder, type, stateKey, content }
    world.clock += chance.in(0.3) ? 0 : chance.between(1, 50)
    publish(world, world.seal(placeWish(world, wish, previous, selectAuthEvents(version, wish, lookupInState(state)))))
  }
  for (const server of world.servers) drain(world, server)
}

const creation = ({ chance, version, users }: World, founder: UserId): JsonObject => ({
  ...(version.creatorInContent && { creator: founder }),
  ...(version.id === '1' && chance.in(0.5) ? {} : { room_version: version.id }),
  ...(chance.in(0.01) && { 'm.federate': false }),
  ...(version.privilegedCreators && chance.in(0.3) && { additional_creators: chance.some(users.slice(1), chance.between(1, 2)) }),
})

const powerLevels = ({ chance, version, users }: World, founder: UserId): JsonObject => {
  const levels: { [userId: string]: number } = version.privilegedCreators ? {} : { [founder]: 100 }
  for (const userId of users.slice(1)) if (chance.in(0.5)) levels[userId] = chance.pick([50, 50, 100])
  return {
    users: levels,
    users_default: 0,
    events_default: 0,
    state_default: chance.pick([0, 50, 50]),
    invite: chance.pick([0, 0, 50]),
    ...(chance.in(0.5) && { ban: 50, kick: chance.pick([25, 50]), redact: 50 }),
    ...(chance.in(0.5) && { events: { 'm.room.topic': chance.pick([0, 50]), 'm.room.power_levels': chance.pick([50, 100]) } }),
    ...(chance.in(0.3) && { notifications: { room: 50 } }),
  }
}
