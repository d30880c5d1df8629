import { sendReceipt, setReadMarkers } from '../../spec/client/ephemeral.ts'
import { getRoomAccountData } from '../../spec/client/account-data.ts'
import { sync } from '../../spec/client/sync.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, holds, matches, present } from '../expect.ts'
import type { SyncResponse } from '../sync-until.ts'

type Receipts = {
  readonly [eventId: string]: { readonly [type: string]: { readonly [userId: string]: { ts: number; thread_id?: string } } }
}

const receiptsIn = (response: SyncResponse, roomId: RoomId): Receipts =>
  Object.assign(
    {},
    ...(response.rooms?.join?.[roomId]?.ephemeral?.events ?? []).filter(({ type }) => type === 'm.receipt').map(({ content }) => content),
  )

const countsIn = (response: SyncResponse, roomId: RoomId) => response.rooms?.join?.[roomId]?.unread_notifications

export const receiptChecks = [
  check(
    'receipts/reach-the-others',
    { clause: sendReceipt, about: [sendReceipt, sync] },
    'A receipt comes to the other members by sync, with the time of reading.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'read me')
      const syncing = await alice.startSyncing()
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: {} })
      const receipt = await syncing.until('the receipt', (response) => receiptsIn(response, roomId)[eventId]?.['m.read']?.[bob.userId])
      holds(Math.abs(Date.now() - receipt.ts) < 3_600_000, `a time near now, not ${receipt.ts}`)
    },
  ),
  check(
    'receipts/in-an-initial-sync',
    { clause: 'client-server-api/#receipts', about: [sync] },
    'An initial sync gives the latest receipt of each member, and no older one.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const [one, two] = [await alice.say(roomId, 'one'), await alice.say(roomId, 'two')]
      for (const eventId of [one, two]) await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: {} })
      const { first } = await alice.startSyncing()
      const receipts = receiptsIn(first, roomId)
      present(receipts[two]?.['m.read']?.[bob.userId], 'a receipt for the second event')
      equal(receipts[one]?.['m.read']?.[bob.userId], undefined, 'The receipt for the first event')
    },
  ),
  check(
    'receipts/private-ones-stay-private',
    { clause: 'client-server-api/#private-read-receipts', about: [sendReceipt, sync], since: 'v1.4' },
    'A private receipt is told to the one who sent it, and to nobody else.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'read me')
      const [own, other] = [await bob.startSyncing(), await alice.startSyncing()]
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read.private', eventId, body: {} })
      await own.until('the private receipt', (response) => receiptsIn(response, roomId)[eventId]?.['m.read.private']?.[bob.userId])
      const fence = await alice.say(roomId, 'fence')
      const seen: Receipts[] = []
      await other.until('the fence', (response) => {
        seen.push(receiptsIn(response, roomId))
        return response.rooms?.join?.[roomId]?.timeline?.events.find((event) => event.event_id === fence)
      })
      for (const receipts of seen) equal(receipts[eventId], undefined, 'What the others are told')
    },
  ),
  check(
    'receipts/by-thread',
    { clause: 'client-server-api/#threaded-read-receipts', about: [sendReceipt, sync], since: 'v1.4' },
    'A receipt for one thread says so.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const root = await alice.say(roomId, 'root')
      const eventId = await alice.say(roomId, 'in the thread', { 'm.relates_to': { rel_type: 'm.thread', event_id: root } })
      const syncing = await alice.startSyncing()
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: { thread_id: root } })
      const receipt = await syncing.until('the receipt', (response) => receiptsIn(response, roomId)[eventId]?.['m.read']?.[bob.userId])
      equal(receipt.thread_id, root, 'The thread')
    },
  ),
  check(
    'receipts/empty-thread',
    { clause: sendReceipt, since: 'v1.4' },
    'A receipt for a thread with an empty name is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'read me')
      await alice.refused(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: { thread_id: '' } }, 400, [
        'M_INVALID_PARAM',
        'M_BAD_JSON',
      ])
    },
  ),
  check(
    'receipts/fully-read-has-no-thread',
    { clause: sendReceipt, since: 'v1.4' },
    'A read marker for a thread is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'read me')
      await alice.refused(
        sendReceipt,
        { roomId, receiptType: 'm.fully_read', eventId, body: { thread_id: 'main' } },
        400,
        'M_INVALID_PARAM',
      )
    },
  ),
  check(
    'receipts/unknown-kind',
    { clause: sendReceipt },
    'A kind of receipts that does not exist is an error of the caller.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'read me')
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/receipt/m.skimmed/${encodeURIComponent(eventId)}`
      equal((await alice.raw({ method: 'POST', path, body: '{}' })).status, 400, 'The status')
    },
  ),
  check(
    'receipts/by-an-outsider',
    { clause: sendReceipt, level: 'should' },
    'Who is no member sends no receipts.',
    async ({ room, people }) => {
      const [roomId, alice] = await room('alice')
      const [mallory] = await people('mallory')
      const eventId = await alice.say(roomId, 'read me')
      const { status } = await mallory.call(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: {} })
      holds(status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
  check(
    'receipts/read-markers',
    { clause: setReadMarkers, about: [setReadMarkers, getRoomAccountData, sync] },
    'A read marker is kept as room account data, and carries the receipt that is named with it.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'read me')
      const [own, other] = [await bob.startSyncing(), await alice.startSyncing()]
      await bob.ok(setReadMarkers, { roomId, body: { 'm.fully_read': eventId, 'm.read': eventId } })
      const content = await own.until(
        'the marker',
        ({ rooms }) => rooms?.join?.[roomId]?.account_data?.events?.find(({ type }) => type === 'm.fully_read')?.content,
      )
      matches(content, { event_id: eventId }, 'The marker')
      await other.until('the receipt', (response) => receiptsIn(response, roomId)[eventId]?.['m.read']?.[bob.userId])
      matches(
        await bob.ok(getRoomAccountData, { userId: bob.userId, roomId, type: 'm.fully_read' }),
        { event_id: eventId },
        'The account data',
      )
    },
  ),
  check(
    'receipts/fully-read-as-a-receipt',
    { clause: sendReceipt, about: [getRoomAccountData], since: 'v1.4' },
    'The endpoint for receipts moves the read marker too.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.say(roomId, 'read me')
      await alice.ok(sendReceipt, { roomId, receiptType: 'm.fully_read', eventId, body: {} })
      matches(
        await alice.ok(getRoomAccountData, { userId: alice.userId, roomId, type: 'm.fully_read' }),
        { event_id: eventId },
        'The marker',
      )
    },
  ),
  check(
    'receipts/counts-of-unread-messages',
    { clause: 'client-server-api/#receiving-notifications', about: [sync] },
    "Messages of others count as unread until a receipt has been sent; one's own do not.",
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      await bob.join(roomId)
      const syncing = await bob.startSyncing()
      await bob.say(roomId, 'mine')
      await alice.say(roomId, 'one')
      const last = await alice.say(roomId, 'two')
      await syncing.until('two unread messages', (response) => countsIn(response, roomId)?.notification_count === 2)
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId: last, body: {} })
      await syncing.until('none after the receipt', (response) => countsIn(response, roomId)?.notification_count === 0)
    },
  ),
  check(
    'receipts/counts-of-mentions',
    { clause: 'client-server-api/#receiving-notifications', about: [sync], since: 'v1.7' },
    'A message that mentions the reader counts as a highlight too.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const syncing = await bob.startSyncing()
      await alice.say(roomId, 'all')
      await alice.say(roomId, 'bob!', { 'm.mentions': { user_ids: [bob.userId] } })
      const counts = await syncing.until('two unread messages', (response) => {
        const counts = countsIn(response, roomId)
        return counts?.notification_count === 2 && counts
      })
      equal(counts.highlight_count, 1, 'The highlights')
    },
  ),
  check(
    'receipts/counts-by-thread',
    { clause: 'client-server-api/#receiving-notifications', about: [sync], since: 'v1.4' },
    'Where the filter asks for it, messages of threads count by thread, and not for the room.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const root = await alice.say(roomId, 'root')
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId: root, body: {} })
      const syncing = await bob.startSyncing({ room: { timeline: { unread_thread_notifications: true } } })
      await alice.say(roomId, 'in the thread', { 'm.relates_to': { rel_type: 'm.thread', event_id: root } })
      const section = await syncing.until('counts by thread', ({ rooms }) => {
        const section = rooms?.join?.[roomId]
        return section?.unread_thread_notifications?.[root] !== undefined && section
      })
      equal(section.unread_thread_notifications?.[root]?.notification_count, 1, 'The count of the thread')
      equal(section.unread_notifications?.notification_count ?? 0, 0, 'The count of the room')
    },
  ),
]
