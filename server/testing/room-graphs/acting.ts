import type { UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { chooseAuthEvents, choosePrevious, placeWish } from './citing.ts'
import { deedsOf } from './deeds.ts'
import { isAllowed, lookupInState } from './naive-state.ts'
import type { Deed } from './scene.ts'
import { publish, serverOf, type World } from './world.ts'

interface Attempt {
  readonly event: Event
  /** By the state that the actor believes in. */
  readonly allowed: boolean
}

const attempt = (world: World, actor: UserId, deed: Deed, previous: readonly Event[]): Attempt | undefined => {
  const { version, chance, users, servers, events, room } = world
  const before = room.stateOver(previous.map(({ eventId }) => eventId))
  // Some go by what was once, or is so elsewhere.
  const state = chance.in(0.05) ? room.placed(chance.pick(events).eventId).after : before
  const wish = deed({ version, chance, actor, users, servers: servers.map(({ name }) => name), past: events, state })
  if (wish === undefined) return undefined
  const event = world.seal(placeWish(world, wish, previous, chooseAuthEvents(world, wish, state)))
  return { event, allowed: isAllowed(room.known, event, lookupInState(state)) }
}

/** Somebody does this, after these events, if need be against the rules; mostly not, where it is against them. */
export const act = (world: World, actor: UserId, deed: Deed, previous: readonly Event[], anyway = false): Event | undefined => {
  if (world.events.length >= world.size) return undefined
  world.clock += world.chance.in(0.2) ? 0 : world.chance.between(1, 2000)
  const tried = attempt(world, actor, deed, previous)
  if (tried === undefined || !(tried.allowed || anyway || world.chance.in(0.2))) return undefined
  publish(world, tried.event)
  return tried.event
}

/** Somebody does something, which the rules mostly allow. */
export const actAtRandom = (world: World): void => {
  const { chance, users, version } = world
  world.clock += chance.in(0.2) ? 0 : chance.between(1, 2000)
  for (let tries = 0; tries < 6; tries++) {
    const actor = chance.pick(users)
    const tried = attempt(world, actor, chance.weighted(deedsOf(version)).deed, choosePrevious(world, serverOf(world, actor)))
    if (tried === undefined || !(tried.allowed || chance.in(0.03))) continue
    publish(world, tried.event)
    return
  }
}
