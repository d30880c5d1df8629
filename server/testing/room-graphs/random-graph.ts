import { createRandom } from '../random.ts'
import { act, actAtRandom } from './acting.ts'
import { createChance } from './chance.ts'
import { delay } from './holding-back.ts'
import { incidents } from './incidents.ts'
import type { NaiveRoom } from './naive-room.ts'
import { openRoom } from './opening.ts'
import type { GraphOptions, RoomGraph } from './room-graph.ts'
import { createAgain } from './room-deeds.ts'
import { createCheapSeal, createRealSeal } from './sealing.ts'
import { createWorld, drain, type World } from './world.ts'

/** A room's random history, the same for the same seed. */
export const randomGraph = (seed: number, options: GraphOptions): RoomGraph => growRoom(seed, options).graph

/** A random history, and the model in which all of its events were placed as they were made. */
export const growRoom = (
  seed: number,
  { version, size, seal = 'cheap', roomName }: GraphOptions,
): { graph: RoomGraph; room: NaiveRoom } => {
  const chance = createChance(createRandom(seed * 16 + Number(version.id)))
  const world = createWorld(version, size, chance, seal === 'real' ? createRealSeal(version, chance) : createCheapSeal(version, chance))
  if (roomName !== undefined && world.roomId !== undefined) world.roomId = `!${roomName}:one.example`
  openRoom(world)
  let again = chance.in(0.1) ? chance.between(8, size) : Number.POSITIVE_INFINITY
  while (world.events.length < size) {
    spread(world)
    if (world.events.length >= again) {
      again = Number.POSITIVE_INFINITY
      act(world, world.users[chance.in(0.8) ? 0 : 1]!, createAgain, chance.in(0.5) ? [] : world.events.slice(-1), true)
    } else if (chance.in(0.04)) chance.weighted(incidents).play(world)
    else actAtRandom(world)
  }
  const events = chance.in(0.5) ? world.events : delay(world.events, chance)
  return { graph: { version, seed, roomId: world.roomId!, events }, room: world.room }
}

/** Servers lose each other, find each other, and hear what they missed. */
const spread = (world: World): void => {
  for (const server of world.servers) {
    if (world.chance.in(server.isCutOff ? 0.08 : 0.04)) server.isCutOff = !server.isCutOff
    if (!server.isCutOff && world.chance.in(0.7)) drain(world, server)
  }
}
