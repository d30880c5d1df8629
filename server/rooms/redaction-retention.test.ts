import { readFileSync } from 'node:fs'
import type { EventId, UserId } from '../../spec/identifiers.ts'
import { canonicalJson } from '../protocol/encoding.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { createRedactedTextStore } from '../storage/redacted-texts.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createRedactionRetention } from './redaction-retention.ts'
import { testRooms } from './test-rooms.ts'

const alice: UserId = '@alice:hs'
const day = 24 * 60 * 60_000

forEachEngine('the text of a redacted message leaves the disk when its time is over, and not before', async (t, database, location) => {
  let now = Date.now()
  const onError = (error: unknown) => t.fail(String(error))
  const redactedTexts = createRedactedTextStore({ database, location })
  const retention = createRedactionRetention({ redactedTexts, period: day, now: () => now, onError })
  retention.start()
  t.teardown(() => retention.stop())
  const rooms = testRooms(database)
  const { room } = await rooms.newRoom(roomVersion('12')!, [
    { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: '12' } },
    { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join' } },
    { sender: alice, type: 'm.room.power_levels', stateKey: '', content: {} },
  ])
  const draft = { roomId: room.roomId, sender: alice }
  // Short ones, some of which lie in the table's first page, and ones that take pages of their own,
  const say = (i: number) => ({
    ...draft,
    type: 'm.room.message',
    content: { msgtype: 'm.text', body: `${i % 2 ? 'kept' : 'gone'}é${i} ${'-'.repeat(i % 7 === 0 ? 9_000 : i)}` },
  })
  const sent = []
  for (let i = 0; i < 60; i++) sent.push(await rooms.sendEvent(say(i)))
  // … redacted out of order, so that neighbours come and go.
  for (const i of [42, 0, 2, 28, 14, ...Array.from({ length: 30 }, (_, n) => 2 * n).filter((n) => ![42, 0, 2, 28, 14].includes(n))]) {
    await rooms.sendEvent({ ...draft, type: 'm.room.redaction', content: { redacts: sent[i]!.eventId }, redacts: sent[i]!.eventId })
  }
  const ids = sent.map(({ eventId }) => eventId)
  const texts = async () =>
    new Map((await rooms.events.byIds(ids)).toSorted((a, b) => a.nid - b.nid).map(({ eventId, json }) => [eventId, json]))
  const served = await texts()

  now += day - 60_000
  t.is(await retention.eraseDue(), 0)
  now += 120_000
  t.is(await retention.eraseDue(), 30)
  t.is(await retention.eraseDue(), 0)

  t.deepEqual(await texts(), served)
  const bodies = await database.read<{ event_id: string; body: string }>(
    'SELECT event_id, body FROM event_json j JOIN event e ON e.nid = j.nid',
  )
  for (const { event_id, body } of bodies) {
    const i = ids.indexOf(event_id as EventId)
    if (i >= 0) t.is(body.trimEnd(), i % 2 ? sent[i]!.json : canonicalJson(JSON.parse(served.get(sent[i]!.eventId)!)))
    t.false(body.includes('gone'))
  }
  if (location.engine !== 'sqlite') return
  const disk = Buffer.concat([readFileSync(location.path), readFileSync(`${location.path}-wal`)])
  t.true(disk.includes('kepté1 '))
  t.is(disk.indexOf('goneé'), -1)
})

forEachEngine('the log is cleared later when somebody reads it', async (t, database, location) => {
  if (location.engine !== 'sqlite') return void t.pass('PostgreSQL looks after its log itself.')
  const answers = [false, true]
  let asked = 0
  const clearLog = async () => answers[asked++] ?? true
  const redactedTexts = { ...createRedactedTextStore({ database, location }), clearLog }
  const retention = createRedactionRetention({ redactedTexts, period: day, now: Date.now, onError: (error) => t.fail(String(error)) })
  for (let i = 0; i < 4; i++) await retention.eraseDue()
  t.is(asked, 2)
})
