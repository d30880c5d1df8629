import type { ExecutionContext } from 'ava'
import type { Location } from '../storage/connection.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { chooseSeed, createRandom } from './random.ts'
import { type LiveClient, openLiveClient } from './live-client.ts'
import { pick } from './room-deeds.ts'
import { applySlide, newSlidingClient, type SlidingClient } from './sliding-client.ts'
import { askForBranches, checkAnswer } from './stored-graphs/sync-checks.ts'
import { checkMembersAt, checkReading } from './stored-graphs/sync-reading-checks.ts'
import { ownUsers } from './stored-graphs/sync-graphs.ts'
import { checkSlid, slideOverAll, type SlidingManner } from './stored-graphs/sync-sliding-checks.ts'
import { type BranchWorld, createBranchWorld } from './stored-graphs/sync-world.ts'
import { newClient, type SyncClient } from './sync-client.ts'

const manners = [
  { lazy: false, stateAfter: false },
  { lazy: false, stateAfter: true },
  { lazy: true, stateAfter: false },
  { lazy: true, stateAfter: true },
]

/** What an answer tells of the model's rooms, for people to read. */
const told = ({ rooms }: BranchWorld, parts: { readonly [roomId: string]: unknown } | undefined): string =>
  rooms.map(({ roomId, version }) => `${version.id} ${roomId} ${JSON.stringify(parts?.[roomId])?.slice(0, 2000)}`).join('\n')

/** A world of branching rooms, in which some of our people are logged in. */
const openWorld = async (t: ExecutionContext, location: Location) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const random = createRandom(seed)
  const world = await createBranchWorld(location, { seed: seed % 1_000_000, count: 1, random })
  t.teardown(world.stop)
  return { seed, random, world, sessions: await Promise.all(ownUsers.map(world.logIn)) }
}

/** A sync of one client, checked; false: it was wrong. */
const syncOne = async (t: ExecutionContext, world: BranchWorld, client: SyncClient): Promise<boolean> => {
  const head = world.head()
  const { answer, limit } = await askForBranches(world, client)
  // A response may get lost: then the client asks from the same token again.
  if (world.random() < 0.15) return true
  const attempt = await t.try((tt) => checkAnswer(tt, world, client, answer, { head, limit }))
  if (!attempt.passed) {
    const { join, leave } = answer.rooms ?? {}
    t.log(`${client.user.userId} from ${client.pos} to ${head}`, client.manner, told(world, { ...leave, ...join }))
  }
  attempt.commit()
  Object.assign(client, { since: answer.next_batch, pos: head })
  return attempt.passed
}

/** Reads rooms as one user in all other ways, checked. */
const readAll = async (t: ExecutionContext, world: BranchWorld, { user, since, pos }: SyncClient): Promise<boolean> => {
  for (const room of world.rooms) {
    if (room.history().length === 0) continue
    const attempt = await t.try(async (tt) => {
      await checkReading(tt, room, user)
      if (since !== undefined) await checkMembersAt(tt, room, user, { token: since, pos })
    })
    if (!attempt.passed) t.log(`${user.userId} reads ${room.roomId}, version ${room.version.id}`)
    attempt.commit()
    if (!attempt.passed) return false
  }
  return true
}

/** The same for a client of sliding sync. */
const slideOne = async (
  t: ExecutionContext,
  world: BranchWorld,
  { client, manner }: { client: SlidingClient; manner: SlidingManner },
): Promise<boolean> => {
  const answer = await slideOverAll(client, manner)
  if (world.random() < 0.15) return true
  applySlide(client, answer)
  const attempt = await t.try((tt) => checkSlid(tt, world, client, manner, answer))
  if (!attempt.passed) t.log(`${client.user.userId} slides`, manner, told(world, answer.rooms))
  attempt.commit()
  return attempt.passed
}

forEachEngine(
  'syncs tell of rooms with branches what the model has, whatever came when, restarts between',
  async (t, _database, location) => {
    const { seed, random, world, sessions } = await openWorld(t, location)
    const clients = sessions.map((user, i) => newClient(user, manners[(seed + i) % manners.length]!))
    const sliders = sessions.map((user, i) => ({
      client: newSlidingClient(user),
      manner: { lazy: (seed + i) % 3 === 0, timelineLimit: pick(random, [1, 3, 20]) },
    }))
    let answers = 0
    while (await world.receive()) {
      if (random() < 0.15) await world.write(pick(random, sessions))
      if (random() < 0.01) await world.restart()
      for (const ask of [() => syncOne(t, world, pick(random, clients)), () => slideOne(t, world, pick(random, sliders))]) {
        if (random() < 0.5) continue
        if (!(await ask())) return
        answers++
      }
    }
    for (const client of clients) if (random() < 0.4 && !(await readAll(t, world, client))) return
    t.log(`${world.rooms.reduce((sum, room) => sum + room.history().length, 0)} events, ${answers} answers, of branches`, world.turns())
    t.deepEqual(world.complaints(), [])
  },
)

/** Takes in what a socket tells until its client has all right, or nothing more comes; false: it stayed wrong. */
const settle = async (t: ExecutionContext, world: BranchWorld, socket: LiveClient, manner: SlidingManner): Promise<boolean> => {
  for (;;) {
    const attempt = await t.try((tt) => checkSlid(tt, world, socket.client, manner, { pos: '-', lists: {}, rooms: {}, extensions: {} }))
    const answer = attempt.passed ? undefined : await socket.next(3000)
    if (answer === undefined) {
      attempt.commit()
      return attempt.passed
    }
    attempt.discard()
    applySlide(socket.client, answer)
    socket.ask()
  }
}

forEachEngine('the live socket tells of branches as they come', async (t, _database, location) => {
  const { random, world, sessions } = await openWorld(t, location)
  const sockets = await Promise.all(sessions.map((user) => openLiveClient(world.baseUrl(), newSlidingClient(user))))
  t.teardown(() => {
    for (const socket of sockets) socket.close()
  })
  for (const socket of sockets) socket.ask(99)
  while (await world.receive()) {
    if (random() < 0.15) await world.write(pick(random, sessions))
    if (random() < 0.7) continue
    const socket = pick(random, sockets)
    if (await settle(t, world, socket, { lazy: false, timelineLimit: 3 })) continue
    t.log(`${socket.client.user.userId} at ${world.head()}`)
    return
  }
  for (const socket of sockets) if (!(await settle(t, world, socket, { lazy: false, timelineLimit: 3 }))) return
  t.deepEqual(world.complaints(), [])
})
