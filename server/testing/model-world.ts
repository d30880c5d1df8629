import type { ExecutionContext } from 'ava'
import type { Location } from '../storage/connection.ts'
import { chooseSeed, createRandom } from './random.ts'
import { doSomething, type Beside } from './room-deeds.ts'
import { createOracle, type Oracle } from './sync-oracle.ts'
import { startTestServer, type TestServer, type TestUser } from './test-server.ts'

/** A server with a few people in a few rooms, and an oracle that hears all. */
export interface ModelWorld {
  readonly server: TestServer
  readonly users: readonly TestUser[]
  readonly roomIds: readonly string[]
  readonly oracle: Oracle
  readonly beside: Beside
  readonly random: () => number
  /** Somebody does something. */
  readonly step: () => Promise<void>
}

export const createModelWorld = async (location: Location, random: () => number): Promise<ModelWorld> => {
  const server = await startTestServer(location)
  const oracle = createOracle()
  server.streams.subscribe((entry) => {
    if (entry.kind === 'event') oracle.log.push(entry.event)
  })
  const users = await Promise.all(Array.from({ length: 4 }, () => server.signUp()))
  const roomIds: string[] = []
  for (const room_version of ['11', '12', '12'])
    roomIds.push((await users[0]!.ok('POST', 'v3/createRoom', { preset: 'public_chat', room_version })).room_id)
  const beside: Beside = { receipts: new Map(), typing: new Map() }
  const world = { server, users, roomIds, oracle, beside, random }
  return { ...world, step: () => doSomething(world) }
}

/** Such a world for a test, which prints the seed that it can be repeated by. */
export const startModel = async (t: ExecutionContext, location: Location): Promise<ModelWorld> => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const world = await createModelWorld(location, createRandom(seed))
  t.teardown(world.server.stop)
  return world
}

/** How far a user has read a thread of a room, or its main timeline (`''`). */
export const readUpTo =
  ({ oracle, beside }: ModelWorld, roomId: string, userId: string) =>
  (thread: string): number => {
    const own = [...beside.receipts.values()].filter((receipt) => receipt.roomId === roomId && receipt.userId === userId)
    const counting = own.filter((receipt) => receipt.thread === '' || receipt.thread === (thread === '' ? 'main' : thread))
    return Math.max(oracle.memberSince(roomId, userId), ...counting.map(({ pos }) => pos))
  }

/**
 * The receipts of a room that a user may see, as lines. One of a thread is left out where an unthreaded one goes as far or further:
 * an `m.receipt` event can hold but one of them for an event, and the other says more.
 */
export const receiptsFor = ({ beside }: ModelWorld, roomId: string, userId: string): string[] =>
  [...beside.receipts.values()]
    .filter((receipt) => receipt.roomId === roomId && (receipt.type === 'm.read' || receipt.userId === userId))
    .filter(
      (receipt, _index, all) =>
        receipt.thread === '' ||
        !all.some(
          (other) => other.thread === '' && other.userId === receipt.userId && other.type === receipt.type && other.pos >= receipt.pos,
        ),
    )
    .map((receipt) => `${receipt.userId} ${receipt.type} ${receipt.thread} ${receipt.eventId}`)
    .toSorted()

/** The receipts of a room that a client knows, by `user type thread`, as lines like those of `receiptsFor`. */
export const knownReceipts = ({ oracle }: ModelWorld, roomId: string, known: ReadonlyMap<string, string>): string[] => {
  const position = (eventId: string | undefined) => oracle.eventsOf(roomId).find((event) => event.eventId === eventId)?.nid ?? 0
  return [...known]
    .filter(([key, eventId]) => key.endsWith(' ') || position(known.get(key.replace(/\S+$/, ''))) < position(eventId))
    .map(([key, eventId]) => `${key} ${eventId}`)
    .toSorted()
}
