import type { Oracle } from './sync-oracle.ts'
import type { TestUser } from './test-server.ts'

/** What people did beside sending events, as the model needs it. */
export interface Beside {
  /** By room, user, kind and thread: how far was read. */
  readonly receipts: Map<
    string,
    {
      readonly roomId: string
      readonly userId: string
      readonly type: string
      readonly thread: string
      readonly eventId: string
      readonly pos: number
    }
  >
  /** By room: who types. */
  readonly typing: Map<string, Set<string>>
}

interface World {
  readonly users: readonly TestUser[]
  readonly roomIds: readonly string[]
  readonly oracle: Oracle
  readonly beside: Beside
  readonly random: () => number
}

export const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!

type Deed = (world: World, user: TestUser, room: { id: string; path: string }) => Promise<unknown>

let transactions = 0
const send = (user: TestUser, path: string, type: string, content: object) =>
  user.call('PUT', `${path}/send/${type}/${transactions++}`, content)
const messagesIn = ({ oracle }: World, roomId: string) => oracle.eventsOf(roomId).filter(({ type }) => type === 'm.room.message')

const say: Deed = (world, user, { path }) => {
  const mentioned = world.random() < 0.3 ? [pick(world.random, world.users).userId] : []
  return send(user, path, 'm.room.message', { msgtype: 'm.text', body: `words ${transactions}`, 'm.mentions': { user_ids: mentioned } })
}

const sayInThread: Deed = async (world, user, room) => {
  const roots = messagesIn(world, room.id).filter(({ relation }) => relation === undefined)
  if (roots.length === 0) return
  const root = pick(world.random, roots.slice(-3))
  await send(user, room.path, 'm.room.message', {
    msgtype: 'm.text',
    body: 'in a thread',
    'm.mentions': {},
    'm.relates_to': { rel_type: 'm.thread', event_id: root.eventId },
  })
}

const redact: Deed = async (world, user, room) => {
  const target = pick(world.random, messagesIn(world, room.id).slice(-5))
  if (target !== undefined) await user.call('PUT', `${room.path}/redact/${encodeURIComponent(target.eventId)}/${transactions++}`, {})
}

const receipt: Deed = async ({ oracle, beside, random }, user, room) => {
  const target = pick(random, oracle.visibleTo(room.id, user.userId).slice(-4))
  if (target === undefined) return
  const type = pick(random, ['m.read', 'm.read', 'm.read.private'])
  const inThread = target.relation?.type === 'm.thread' ? target.relation.eventId : 'main'
  const thread = random() < 0.4 && target.type === 'm.room.message' ? inThread : ''
  const { status } = await user.call(
    'POST',
    `${room.path}/receipt/${type}/${encodeURIComponent(target.eventId)}`,
    thread === '' ? {} : { thread_id: thread },
  )
  const name = [room.id, user.userId, type, thread].join(' ')
  if (status === 200 && target.nid > (beside.receipts.get(name)?.pos ?? 0)) {
    beside.receipts.set(name, { roomId: room.id, userId: user.userId, type, thread, eventId: target.eventId, pos: target.nid })
  }
}

const type: Deed = async ({ beside, random }, user, room) => {
  const typing = random() < 0.6
  const { status } = await user.call(
    'PUT',
    `${room.path}/typing/${encodeURIComponent(user.userId)}`,
    typing ? { typing, timeout: 100_000 } : { typing },
  )
  if (status !== 200) return
  const typists = beside.typing.get(room.id) ?? new Set()
  beside.typing.set(room.id, typists)
  if (typing) typists.add(user.userId)
  else typists.delete(user.userId)
}

const toAnother =
  (action: string): Deed =>
  ({ users, random }, user, { path }) =>
    user.call('POST', `${path}/${action}`, { user_id: pick(random, users).userId })
const setState =
  (stateType: string, content: (world: World) => object): Deed =>
  (world, user, { path }) =>
    user.call('PUT', `${path}/state/${stateType}`, content(world))

const deeds: readonly (readonly [weight: number, deed: Deed])[] = [
  [30, say],
  [6, sayInThread],
  [4, redact],
  [10, receipt],
  [5, type],
  [5, setState('m.room.topic', () => ({ topic: `topic ${transactions++}` }))],
  [2, setState('m.room.name', ({ random }) => ({ name: pick(random, ['a', 'b', '']) }))],
  [
    2,
    setState('m.room.history_visibility', ({ random }) => ({
      history_visibility: pick(random, ['shared', 'invited', 'joined', 'world_readable']),
    })),
  ],
  [2, setState('m.room.join_rules', ({ random }) => ({ join_rule: pick(random, ['public', 'public', 'invite']) }))],
  [12, (_world, user, { path }) => user.call('POST', `${path}/join`, {})],
  [4, (_world, user, { path }) => user.call('POST', `${path}/leave`, {})],
  [7, toAnother('invite')],
  [3, toAnother('kick')],
  [1, toAnother('ban')],
  [2, toAnother('unban')],
]

const total = deeds.reduce((sum, [weight]) => sum + weight, 0)

/** Somebody tries something somewhere; what the rules forbid is refused, and changes nothing. */
export const doSomething = async (world: World): Promise<void> => {
  let left = world.random() * total
  const [, deed] = deeds.find(([weight]) => (left -= weight) < 0)!
  const id = pick(world.random, world.roomIds)
  await deed(world, pick(world.random, world.users), { id, path: `v3/rooms/${encodeURIComponent(id)}` })
}
