import { forEachEngine } from '../storage/test-database.ts'
import { createModelWorld, type ModelWorld } from './model-world.ts'
import { chooseSeed, createRandom } from './random.ts'
import { pick } from './room-deeds.ts'
import { applySlide, newSlidingClient, slide, type SlidingAnswer, type SlidingClient } from './sliding-client.ts'
import { applySection, askSync, eventsBetween, newClient, newRoom, type SyncAnswer, type SyncClient } from './sync-client.ts'
import type { TestUser } from './test-server.ts'

/** All that a client was told of each room, gaps filled. */
type Told = Map<string, string[]>

const noteSync = async (client: SyncClient, { next_batch, rooms }: SyncAnswer, told: Told): Promise<void> => {
  for (const [roomId, section] of Object.entries(rooms?.join ?? {})) {
    const { events, limited, prev_batch } = section.timeline
    const left = limited || !told.has(roomId) ? await eventsBetween(client.user, roomId, prev_batch, client.since) : []
    told.set(roomId, [...(told.get(roomId) ?? []), ...left, ...events.map(({ event_id }) => event_id)])
    const known = client.rooms.get(roomId) ?? newRoom()
    client.rooms.set(roomId, known)
    applySection(known, section, client.manner)
  }
  client.since = next_batch
}

const noteSlide = async (client: SlidingClient, answer: SlidingAnswer, told: Told): Promise<void> => {
  for (const [roomId, { limited, prev_batch, timeline = [] }] of Object.entries(answer.rooms)) {
    const before = told.get(roomId) ?? []
    const left = limited === true && prev_batch !== undefined ? await eventsBetween(client.user, roomId, prev_batch, undefined) : []
    told.set(roomId, [...before, ...left.slice(left.indexOf(before.at(-1) ?? '') + 1), ...timeline.map(({ event_id }) => event_id)])
  }
  applySlide(client, answer)
}

/** People write, name and come and go, all at once. */
const makeNoise = async ({ users, roomIds, random }: ModelWorld, times: number): Promise<void> => {
  const deed = async (user: TestUser, number: number): Promise<void> => {
    const path = `v3/rooms/${encodeURIComponent(pick(random, roomIds))}`
    if (random() < 0.8) await user.ok('PUT', `${path}/send/m.room.message/n${number}`, { msgtype: 'm.text', body: 'x' })
    else await user.call('PUT', `${path}/state/m.room.topic`, { topic: `${number}` })
  }
  const comeAndGo = async (user: TestUser): Promise<void> => {
    for (const action of ['leave', 'join', 'leave', 'join'])
      for (const roomId of roomIds) await user.call('POST', `v3/rooms/${encodeURIComponent(roomId)}/${action}`, {})
  }
  const stayers = users.slice(0, 3)
  const writing = stayers.map(async (user) => {
    for (let number = 0; number < times; number += 3) await Promise.all([0, 1, 2].map((more) => deed(user, number + more)))
  })
  await Promise.all([...writing, comeAndGo(users[3]!)])
}

forEachEngine('syncs that run beside writes miss nothing, and give nothing twice', async (t, _database, location) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const world = await createModelWorld(location, createRandom(seed))
  t.teardown(world.server.stop)
  const { users, roomIds, oracle } = world
  for (const user of users) for (const roomId of roomIds) await user.ok('POST', `v3/join/${encodeURIComponent(roomId)}`, {})
  let noisy = true
  const syncers = [
    { lazy: false, stateAfter: false },
    { lazy: false, stateAfter: true },
  ].map((manner, index) => ({ client: newClient(users[index]!, manner), told: new Map() as Told }))
  const slider = { client: newSlidingClient(users[2]!), told: new Map() as Told }
  const reading = [
    ...syncers.map(async ({ client, told }) => {
      // One more after the noise, which must find all that is left.
      for (let last = false; !last; ) {
        last = !noisy
        await noteSync(client, (await askSync(world, client)).answer, told)
      }
    }),
    (async () => {
      for (let last = false; !last; ) {
        last = !noisy
        await noteSlide(slider.client, await slide(slider.client, 9), slider.told)
      }
    })(),
  ]
  await makeNoise(world, 60)
  noisy = false
  await Promise.all(reading)
  for (const roomId of roomIds) {
    const all = oracle.eventsOf(roomId).map(({ eventId }) => eventId)
    const state = [...oracle.stateAt(roomId, Number.MAX_SAFE_INTEGER)].toSorted()
    for (const { client, told } of syncers) {
      t.deepEqual(told.get(roomId), all)
      t.deepEqual([...client.rooms.get(roomId)!.state].toSorted(), state)
    }
    t.deepEqual(slider.told.get(roomId), all.slice(all.length - slider.told.get(roomId)!.length))
    t.deepEqual([...slider.client.rooms.get(roomId)!.state].toSorted(), state)
    t.deepEqual(slider.told.get(roomId), all)
  }
  t.deepEqual(world.server.complaints, [])
})
