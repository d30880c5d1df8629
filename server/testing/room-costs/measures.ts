import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createMeter } from '../../../bench/cpu.ts'
import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import { stateMapKey } from '../../protocol/state-map.ts'
import { createEventGraph } from '../../storage/event-graph.ts'
import type { Database } from '../../storage/database.ts'
import { createFiller, numberKeys, numberUsers, userNamed, type Filling, type Wired } from './big-room.ts'

/** One line of the report. */
export interface Cost {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly limit?: number
}

const founder: UserId = '@founder:hs'

/** A room of members, made by the door and then filled. */
export interface Founded {
  readonly roomId: RoomId
  readonly version: string
  /** The events that members cite: power levels and join rules. */
  readonly auth: readonly EventId[]
  readonly joins: ReadonlyMap<UserId, EventId>
}

const roomOf = async (wired: Wired, version: string): Promise<{ roomId: RoomId; auth: EventId[] }> => {
  const { room, events } = await wired.newRoom(roomVersion(version)!, [
    {
      sender: founder,
      type: 'm.room.create',
      stateKey: '',
      content: { room_version: version, ...(version < '11' && { creator: founder }) },
    },
    { sender: founder, type: 'm.room.member', stateKey: founder, content: { membership: 'join' } },
    { sender: founder, type: 'm.room.power_levels', stateKey: '', content: version === '12' ? {} : { users: { [founder]: 100 } } },
    { sender: founder, type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'public' } },
  ])
  const cited =
    version === '12' ? ['m.room.power_levels', 'm.room.join_rules'] : ['m.room.create', 'm.room.power_levels', 'm.room.join_rules']
  return { roomId: room.roomId, auth: events.filter(({ type }) => cited.includes(type)).map(({ eventId }) => eventId) }
}

/** Keys and users that all of these measures need, numbered. */
export async function numberAll(database: Database, members: number) {
  const users = Array.from({ length: members }, (_, i) => userNamed(i))
  const named = await numberUsers(database, [founder, ...users])
  const keys = await numberKeys(database, [...users.map((userId) => ['m.room.member', userId] as const), ['m.room.topic', ''] as const])
  return { users, named, keys }
}

export type Numbered = Awaited<ReturnType<typeof numberAll>>

export async function found(wired: Wired, { users, named, keys }: Numbered, members: number, version: string): Promise<Founded> {
  const { roomId, auth } = await roomOf(wired, version)
  const filler = createFiller(wired, keys, named)
  const ids = await filler.append(
    roomId,
    users
      .slice(0, members)
      .map((userId) => ({ type: 'm.room.member', stateKey: userId, sender: userId, content: { membership: 'join' }, auth })),
  )
  return { roomId, version, auth, joins: new Map(users.slice(0, members).map((userId, i) => [userId, ids[i]!])) }
}

const renames = ({ auth, joins }: Founded, users: readonly UserId[], count: number, word: string, known = new Map(joins)): Filling[] =>
  Array.from({ length: count }, (_, i) => {
    const userId = users[i % joins.size]!
    return {
      type: 'm.room.member',
      stateKey: userId,
      sender: userId,
      content: { membership: 'join', displayname: `${word} ${i}` },
      auth: [...auth.slice(0, 2), known.get(userId)!],
    }
  })

/** Fills a room with changes of names up to so many state events. */
export async function fillNames(wired: Wired, { users, named, keys }: Numbered, room: Founded, count: number): Promise<Founded> {
  const filler = createFiller(wired, keys, named)
  let joins = room.joins
  for (let left = count; left > 0; ) {
    const now = Math.min(left, joins.size)
    const ids = await filler.append(room.roomId, renames({ ...room, joins }, users, now, 'name'))
    joins = new Map([...joins].map(([userId, before], i) => [userId, ids[i] ?? before]))
    left -= now
  }
  return { ...room, joins }
}

/** Fills a room with messages. */
export async function fillMessages(wired: Wired, { named, keys }: Numbered, room: Founded, count: number): Promise<void> {
  const filler = createFiller(wired, keys, named)
  for (let left = count; left > 0; left -= 10_000)
    await filler.append(
      room.roomId,
      Array.from({ length: Math.min(left, 10_000) }, (_, i) => ({
        type: 'm.room.message',
        sender: founder,
        content: { msgtype: 'm.text', body: `words ${i}` },
        auth: room.auth.slice(0, 2),
      })),
    )
}

const cpuMs = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1000

/** CPU of this process and of all that it started, the database included. Milliseconds. */
const { cpuMs: cpuOfAll } = createMeter([process.pid])

/** CPU, the database's included, and rows of an event sent here, one after the other. */
async function sendCost(wired: Wired, room: Founded, count: number): Promise<{ cpu: number; rows: number }> {
  wired.batches.length = 0
  const before = cpuOfAll()
  for (let i = 0; i < count; i++)
    await wired.sendEvent({
      roomId: room.roomId,
      sender: founder,
      type: 'm.room.message',
      content: { msgtype: 'm.text', body: `words ${i}` },
    })
  return {
    cpu: (cpuOfAll() - before) / count,
    rows: wired.batches.reduce((sum, { rows }) => sum + rows, 0) / count,
  }
}

/** The same for each room in turn, several times over, so that an hour's whims meet all of them: the median of each. */
export async function sendCosts(wired: Wired, rooms: readonly Founded[], count: number): Promise<{ cpu: number; rows: number }[]> {
  const rounds = 5
  for (const room of rooms) await sendCost(wired, room, count / 2)
  const costs = rooms.map((): { cpu: number; rows: number }[] => [])
  for (let round = 0; round < rounds; round++) for (const [i, room] of rooms.entries()) costs[i]!.push(await sendCost(wired, room, count))
  return costs.map((all) => all.toSorted((one, other) => one.cpu - other.cpu)[Math.floor(rounds / 2)]!)
}

/** Milliseconds: of time, of CPU, and by which the main loop was late at p99. */
interface Settling {
  readonly ms: number
  readonly cpu: number
  readonly delay: number
}

/** What a resolution of two branches costs that both have changed the names of the same members: the first, and the median of three more. */
export async function resolutionCost(wired: Wired, numbered: Numbered, room: Founded, conflicted: number): Promise<Cost[]> {
  const { users, named, keys } = numbered
  const filler = createFiller(wired, keys, named)
  const before = (await wired.roomStates.open(room.roomId))!.stateVersion
  const one = await filler.aside(room.roomId, renames(room, users, conflicted, 'one'))
  const other = await filler.aside(room.roomId, renames(room, users, conflicted, 'other'))
  const { nid } = (await wired.roomStates.open(room.roomId))!
  const conflict = { roomNid: nid, version: room.version, states: [one, other].map((entries) => ({ version: before, entries })) }
  const settle = async (): Promise<Settling> => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
    const { outcomes } = await wired.receive.settleApart(conflict)
    const [ms, used] = [performance.now() - startedAt, cpuMs(process.cpuUsage(cpu))]
    delay.disable()
    if (outcomes.size < conflicted) throw new Error(`Only ${outcomes.size} keys were in conflict.`)
    return { ms, cpu: used, delay: delay.percentile(99) / 1e6 - 5 }
  }
  const cold = await settle()
  const loaded = [await settle(), await settle(), await settle()].toSorted((one, other) => one.cpu - other.cpu)[1]!
  const costs = Object.entries({ cold, 'over loaded arrays': loaded }).flatMap(([how, { ms, cpu, delay }]): Cost[] => [
    { what: `resolution of two branches of ${conflicted}, ${how}: time`, value: ms, unit: 'ms', ...(how === 'cold' && { limit: 3000 }) },
    { what: `resolution of two branches of ${conflicted}, ${how}: CPU`, value: cpu, unit: 'ms', ...(how !== 'cold' && { limit: 1000 }) },
    { what: `main loop meanwhile, p99 delay, ${how}`, value: delay, unit: 'ms', limit: 50 },
  ])
  const { graph, nids } = await createEventGraph({ query: wired.storage.database.read, engine: wired.storage.database.engine }).load(nid)
  const bytes = nids.byteLength + graph.offsets.byteLength + graph.targets.byteLength + graph.kinds.byteLength
  costs.push(
    { what: 'state events in the graph', value: graph.size, unit: '' },
    { what: 'citations in the graph', value: graph.targets.length, unit: '' },
    { what: 'arrays of the graph', value: bytes / 2 ** 20, unit: 'MB', limit: 100 },
  )
  return costs
}

/** What reading a state of the past costs. */
export async function pastStateCost(wired: Wired, { users, keys }: Numbered, room: Founded): Promise<Cost[]> {
  const { nid, stateVersion } = (await wired.roomStates.open(room.roomId))!
  const { stateEntries } = wired.storage
  const past = Math.floor(stateVersion / 2)
  const rounds = 200
  const one = performance.now()
  for (let i = 0; i < rounds; i++)
    await stateEntries.at(nid, past, [keys.get(stateMapKey('m.room.member', users[(i * 97) % room.joins.size]!))!])
  const each = (performance.now() - one) / rounds
  await stateEntries.at(nid, past)
  const all = performance.now()
  const { size } = await stateEntries.at(nid, past)
  return [
    { what: 'one key of a state of the past', value: each, unit: 'ms', limit: 1 },
    { what: `all ${size} event numbers of a state of the past`, value: performance.now() - all, unit: 'ms', limit: 100 },
  ]
}
