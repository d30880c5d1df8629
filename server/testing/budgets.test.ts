import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../storage/database.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { startTestServer, type TestUser } from './test-server.ts'

/** Counts what a server asks of its database. */
const createMeter = () => {
  const asked: string[] = []
  let rows: number[] = []
  const instrument = (database: Database): Database => ({
    ...database,
    read: (sql, bind) => {
      asked.push(sql)
      return database.read(sql, bind)
    },
    write: (work) =>
      database.write((tx) =>
        work({
          ...tx,
          query: (sql, bind) => {
            asked.push(sql)
            return tx.query(sql, bind)
          },
        }),
      ),
    commit: (fill, committed) =>
      database.commit(() => {
        const filled = fill()
        if (filled !== undefined) rows.push(Object.values(filled.batch).reduce((sum, table) => sum + (table?.length ?? 0), 1))
        return filled
      }, committed),
  })
  return {
    instrument,
    /** The queries, and the rows of each commit, since the last call. */
    since: () => {
      const found = { queries: asked.splice(0), rows }
      rows = []
      return found
    },
  }
}

const sliding = 'unstable/org.matrix.simplified_msc3575/sync'
const slidingBody = {
  lists: {
    all: {
      ranges: [[0, 19]],
      timeline_limit: 5,
      required_state: [
        ['m.room.member', '$LAZY'],
        ['m.room.name', ''],
      ],
    },
  },
  extensions: {
    receipts: { enabled: true },
    typing: { enabled: true },
    account_data: { enabled: true },
    'chat.hallway.unread': { enabled: true },
  },
}
const messagePath = (roomId: string, txnId: number): string => `v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txnId}`

/** Both kinds of sync of one user, each from its own last position. */
const createReader = (user: TestUser) => {
  let since: string | undefined
  let pos: string | undefined
  return {
    sync: async (timeout = 0) => {
      const answer = await user.ok('GET', `v3/sync?timeout=${timeout}${since === undefined ? '' : `&since=${encodeURIComponent(since)}`}`)
      since = answer.next_batch
      return answer
    },
    slide: async (timeout = 0) => {
      const answer = await user.ok(
        'POST',
        `${sliding}?timeout=${timeout}${pos === undefined ? '' : `&pos=${encodeURIComponent(pos)}`}`,
        slidingBody,
      )
      pos = answer.pos
      return answer
    },
  }
}

forEachEngine('an idle sync asks nothing of the database, nor does telling those who wait of a message', async (t, _database, location) => {
  const meter = createMeter()
  const server = await startTestServer(location, { instrument: meter.instrument })
  t.teardown(server.stop)
  const users = await Promise.all(Array.from({ length: 6 }, () => server.signUp()))
  const [alice] = users
  const { room_id: roomId } = await alice!.ok('POST', 'v3/createRoom', { preset: 'public_chat', name: 'A room' })
  for (const user of users) await user.ok('POST', `v3/join/${encodeURIComponent(roomId)}`, {})
  const readers = users.map(createReader)
  for (const reader of readers) for (const call of [reader.sync, reader.slide, reader.sync, reader.slide]) await call()

  t.true(meter.since().queries.length > 0, 'the meter counts')
  for (let times = 0; times < 3; times++) for (const reader of readers) for (const call of [reader.sync, reader.slide]) await call()
  t.deepEqual(meter.since(), { queries: [], rows: [] }, 'nothing is new')

  await alice!.ok('PUT', messagePath(roomId, 0), { msgtype: 'm.text', body: 'warm' })
  for (const reader of readers) for (const call of [reader.sync, reader.slide]) await call()
  for (let number = 1; number <= 3; number++) {
    const waiting = readers.flatMap((reader) => [reader.sync(30_000), reader.slide(30_000)])
    // Whether they wait by now or come a moment later, they must ask nothing.
    await pause(20)
    meter.since()
    await alice!.ok('PUT', messagePath(roomId, number), { msgtype: 'm.text', body: `news ${number}` })
    const answers = await Promise.all(waiting)
    const { queries, rows } = meter.since()
    t.deepEqual(queries, [], 'a delivery')
    t.true(rows.length === 1 && rows[0]! <= 10, `a message took ${rows.join()} rows`)
    for (const [index, answer] of answers.entries()) {
      const events = index % 2 === 0 ? answer.rooms.join[roomId].timeline.events : answer.rooms[roomId].timeline
      t.deepEqual(
        events.map(({ content }: { content: { body: string } }) => content.body),
        [`news ${number}`],
      )
    }
  }
})

forEachEngine(
  'a message takes ten rows and one for each user it mentions, and a join as many in a large room as in a small one',
  async (t, _database, location) => {
    const meter = createMeter()
    const server = await startTestServer(location, { instrument: meter.instrument })
    t.teardown(server.stop)
    const users = await Promise.all(Array.from({ length: 6 }, () => server.signUp()))
    const [alice, ...others] = users
    const { room_id: roomId } = await alice!.ok('POST', 'v3/createRoom', { preset: 'public_chat', name: 'A room' })
    const joins: number[] = []
    for (const user of others) {
      await user.ok('GET', 'v3/account/whoami')
      meter.since()
      await user.ok('POST', `v3/join/${encodeURIComponent(roomId)}`, {})
      const { queries, rows } = meter.since()
      t.deepEqual(queries, [], 'a join of a room that is in memory whole')
      joins.push(...rows)
    }
    t.is(new Set(joins).size, 1, `joins took ${joins.join()} rows`)
    for (const mentioned of [0, 1, 5]) {
      meter.since()
      const user_ids = others.slice(0, mentioned).map(({ userId }) => userId)
      await alice!.ok('PUT', messagePath(roomId, mentioned), { msgtype: 'm.text', body: 'x', 'm.mentions': { user_ids } })
      const { rows } = meter.since()
      t.true(rows.length === 1 && rows[0]! <= 10 + mentioned, `a message to ${mentioned} took ${rows.join()} rows`)
    }
  },
)
