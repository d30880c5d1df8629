import test, { type ExecutionContext } from 'ava'
import { setTimeout as pause } from 'node:timers/promises'
import { chooseSeed, createRandom, type Random } from '../random.ts'
import { type Caller, signUp } from './caller.ts'
import { createInstallation, enginesHere, type Engine, type Installation } from './installation.ts'
import { newsAfter, type SeenEvent, wholeTimeline } from './timeline-walk.ts'

/** What one client asked to be sent, and the event that it became, once it was told. */
interface Sent {
  readonly sender: Caller
  readonly path: string
  readonly roomId: string
  readonly body: string
  eventId: string | undefined
}

/** A token of a sync, and how many events of each room its reader had been given by then. */
interface Bookmark {
  readonly token: string
  readonly seen: ReadonlyMap<string, number>
}

/** Milliseconds between two messages of one of the four senders: 200 messages a second. */
const pace = 20

const sendUntilDeath = async (sender: Caller, rooms: readonly string[], random: Random, log: Sent[], round: number): Promise<void> => {
  const sending: Promise<void>[] = []
  for (let number = 0, dead = false; !dead; number++) {
    const roomId = rooms[random(rooms.length)]!
    const name = `${round}-${number}`
    const sent: Sent = {
      sender,
      roomId,
      eventId: undefined,
      body: `${sender.userId} ${name}`,
      path: `v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${name}`,
    }
    log.push(sent)
    sending.push(
      deliver(sent).catch(() => {
        dead = true
      }),
    )
    await pause(pace / 2 + random(pace))
  }
  await Promise.all(sending)
}

const deliver = async (sent: Sent): Promise<void> => {
  sent.eventId = (await sent.sender.ok('PUT', sent.path, { msgtype: 'm.text', body: sent.body })).event_id
}

/** Syncs on and on from `bookmark`, noting what comes, until the server dies. */
const readUntilDeath = async (reader: Caller, seen: Map<string, SeenEvent[]>, bookmarks: Bookmark[]): Promise<void> => {
  for (;;) {
    try {
      const { next, rooms } = await newsAfter(reader, bookmarks.at(-1)?.token, 200)
      note(next, rooms, seen, bookmarks)
    } catch {
      return
    }
  }
}

const note = (token: string, rooms: ReadonlyMap<string, SeenEvent[]>, seen: Map<string, SeenEvent[]>, bookmarks: Bookmark[]): void => {
  for (const [roomId, events] of rooms) seen.set(roomId, [...(seen.get(roomId) ?? []), ...events])
  bookmarks.push({ token, seen: new Map([...seen].map(([roomId, events]) => [roomId, events.length])) })
}

const idsOf = (events: readonly SeenEvent[] = []): string[] => events.map(({ event_id }) => event_id)

/** Every event has its position for good, and each room is one chain. */
const checkStorage = async (t: ExecutionContext, place: Installation, positions: Map<number, string>): Promise<void> => {
  const rows = await place.query<{ pos: number | string; event_id: string; room_nid: number; body: string }>(
    'SELECT e.pos, e.event_id, e.room_nid, j.body FROM event e JOIN event_json j ON j.nid = e.nid ORDER BY e.pos',
  )
  const last = new Map<number, { id: string; depth: number }>()
  const reused = rows.filter(({ pos, event_id }) => (positions.get(Number(pos)) ?? event_id) !== event_id)
  t.deepEqual(
    reused.map(({ pos }) => pos),
    [],
    'positions that were given to another event',
  )
  const broken: string[] = []
  for (const { pos, event_id, room_nid, body } of rows) {
    positions.set(Number(pos), event_id)
    const before = last.get(room_nid)
    const { prev_events, depth } = JSON.parse(body)
    if (JSON.stringify(prev_events) !== JSON.stringify(before === undefined ? [] : [before.id]) || depth !== (before?.depth ?? 0) + 1)
      broken.push(event_id)
    last.set(room_nid, { id: event_id, depth })
  }
  t.deepEqual(broken, [], 'events that do not follow the one before them in their room')
  t.is(new Set(positions.values()).size, positions.size, 'events with two positions')
  t.is(rows.length, positions.size, 'an event is gone')
  const [head] = await place.query<{ pos: number | string }>('SELECT pos FROM log_head')
  t.true(Number(head?.pos) >= Math.max(...positions.keys()))
}

const checkRound = async (
  t: ExecutionContext,
  reader: Caller,
  rooms: readonly string[],
  log: readonly Sent[],
  bookmarks: readonly Bookmark[],
  random: Random,
): Promise<void> => {
  const timelines = new Map<string, SeenEvent[]>()
  for (const roomId of rooms) timelines.set(roomId, await wholeTimeline(reader, roomId))
  for (const roomId of rooms) {
    const bodies = timelines
      .get(roomId)!
      .filter(({ type }) => type === 'm.room.message')
      .map(({ event_id, content }) => `${event_id} ${content['body']}`)
    t.deepEqual(
      bodies.toSorted(),
      log
        .filter((sent) => sent.roomId === roomId)
        .map(({ eventId, body }) => `${eventId} ${body}`)
        .toSorted(),
      'each message is there, once',
    )
  }
  const chosen = new Set([bookmarks.at(-1)!, ...[0, 1, 2, 3].map(() => bookmarks[random(bookmarks.length)]!)])
  for (const { token, seen } of chosen) {
    const { rooms: news } = await newsAfter(reader, token)
    for (const roomId of rooms) {
      t.deepEqual(
        idsOf(news.get(roomId)),
        idsOf(timelines.get(roomId)).slice(seen.get(roomId) ?? 0),
        'a sync from an old token gives exactly what came after it',
      )
    }
  }
}

const killOverAndOver = async (t: ExecutionContext, engine: Engine, rounds: number): Promise<void> => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const random = createRandom(seed)
  const place = await createInstallation({ engine })
  t.teardown(async () => {
    if (!t.passed) t.log(`The server said: ${place.said().slice(-8000)}`)
    await place.remove()
  })
  await place.start()
  const senders = await Promise.all(Array.from({ length: 4 }, () => signUp(place.baseUrl)))
  const rooms: string[] = []
  for (const room_version of ['11', '12', '12'])
    rooms.push((await senders[0]!.ok('POST', 'v3/createRoom', { preset: 'public_chat', room_version })).room_id)
  for (const sender of senders) for (const roomId of rooms) await sender.ok('POST', `v3/join/${encodeURIComponent(roomId)}`, {})
  const reader = senders[0]!
  const [log, seen, bookmarks, positions]: [Sent[], Map<string, SeenEvent[]>, Bookmark[], Map<number, string>] = [
    [],
    new Map(),
    [],
    new Map(),
  ]
  const first = await newsAfter(reader, undefined)
  note(first.next, first.rooms, seen, bookmarks)
  for (let round = 1; round <= rounds; round++) {
    const dying = [readUntilDeath(reader, seen, bookmarks), ...senders.map((sender) => sendUntilDeath(sender, rooms, random, log, round))]
    await pause(150 + random(450))
    await place.kill()
    await Promise.all(dying)
    await place.start()
    const acknowledged = new Set(log.filter(({ eventId }) => eventId !== undefined))
    await Promise.all(log.filter((sent) => !acknowledged.has(sent)).map(deliver))
    // What was acknowledged is not sent anew by a repeat either.
    const again = [...acknowledged].at(-1)
    if (again !== undefined)
      t.is((await again.sender.ok('PUT', again.path, { msgtype: 'm.text', body: 'another' })).event_id, again.eventId)
    const { next, rooms: news } = await newsAfter(reader, bookmarks.at(-1)!.token)
    note(next, news, seen, bookmarks)
    await checkRound(t, reader, rooms, log, bookmarks, random)
    await checkStorage(t, place, positions)
  }
  for (const roomId of rooms)
    t.deepEqual(idsOf(seen.get(roomId)), idsOf(await wholeTimeline(reader, roomId)), 'one sync after the other misses and doubles nothing')
  t.log(`${log.length} messages, ${bookmarks.length} tokens, ${rounds} kills`)
  t.true(log.length > rounds)
}

for (const engine of enginesHere) {
  const rounds = engine === 'sqlite' ? 10 : 3
  test(`what was acknowledged survives ${rounds} kills under load, once (${engine})`, (t) => killOverAndOver(t, engine, rounds))
}
