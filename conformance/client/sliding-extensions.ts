import { putAccountData, putTag } from '../../spec/client/account-data.ts'
import { sendReceipt, setTyping } from '../../spec/client/ephemeral.ts'
import { slidingSync } from '../../spec/client/sliding-sync.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, present, shown } from '../expect.ts'
import { all, bodies, slide, slideUntil } from '../slide.ts'
import { eventually } from '../sync-until.ts'

const needs: readonly Feature[] = ['sliding-sync']
const clause = slidingSync

export const slidingExtensionChecks = [
  check(
    'sliding-sync/account-data',
    { clause, needs },
    'The extension for account data gives it, at first and when it changes.',
    async ({ room, patience }) => {
      const [roomId, alice] = await room('alice')
      const body = { ...all(), extensions: { account_data: { enabled: true } } }
      await alice.ok(putAccountData, { userId: alice.userId, type: 'org.example.theme', body: { colour: 'green' } })
      const first = await slide(alice, body)
      equal(
        first.extensions?.account_data?.global?.find(({ type }) => type === 'org.example.theme')?.content,
        { colour: 'green' },
        'The global data',
      )
      await alice.ok(putTag, { userId: alice.userId, roomId, tag: 'u.work', body: {} })
      const tags = await slideUntil(
        alice,
        body,
        first.pos,
        patience,
        'the tag',
        ({ extensions }) => extensions?.account_data?.rooms?.[roomId]?.find(({ type }) => type === 'm.tag')?.content,
      )
      equal(tags, { tags: { 'u.work': {} } }, 'The tags')
    },
  ),
  check(
    'sliding-sync/receipts',
    { clause, needs },
    'The extension for receipts gives those of the rooms in view.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const eventId = await alice.say(roomId, 'read me')
      const body = { ...all(), extensions: { receipts: { enabled: true } } }
      const { pos } = await slide(alice, body)
      await bob.ok(sendReceipt, { roomId, receiptType: 'm.read', eventId, body: {} })
      const content = await slideUntil(
        alice,
        body,
        pos,
        patience,
        'the receipt',
        ({ extensions }) => extensions?.receipts?.rooms?.[roomId]?.content,
      )
      holds((content as never)[eventId]?.['m.read']?.[bob.userId] !== undefined, `the receipt of bob in ${shown(content)}`)
    },
  ),
  check('sliding-sync/typing', { clause, needs }, 'The extension for typing tells who types.', async ({ room, patience }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const body = { ...all(), extensions: { typing: { enabled: true } } }
    const { pos } = await slide(alice, body)
    await bob.ok(setTyping, { roomId, userId: bob.userId, body: { typing: true, timeout: 30_000 } })
    const content = await slideUntil(
      alice,
      body,
      pos,
      patience,
      'that bob types',
      ({ extensions }) => extensions?.typing?.rooms?.[roomId]?.content,
    )
    equal(content, { user_ids: [bob.userId] }, 'Who types')
  }),
  check(
    'sliding-sync/extensions-are-asked-for',
    { clause, needs },
    'Extensions that were not asked for are not given.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      await alice.ok(putTag, { userId: alice.userId, roomId, tag: 'u.work', body: {} })
      const { extensions, rooms } = await slide(alice, { ...all(), extensions: { account_data: { enabled: false } } })
      present(rooms?.[roomId], 'the room')
      equal(extensions?.account_data?.rooms ?? {}, {}, 'The account data')
    },
  ),
  check(
    'sliding-sync/counts-of-unread-messages',
    { clause, needs, level: 'should' },
    'A room tells how many messages notify, and how many of them mention the reader.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.say(roomId, 'all')
      await alice.say(roomId, 'bob!', { 'm.mentions': { user_ids: [bob.userId] } })
      await eventually(patience, 'two unread messages, one of them a mention', async () => {
        const section = (await slide(bob, all())).rooms?.[roomId]
        return section?.notification_count === 2 && section.highlight_count === 1
      })
    },
  ),
  check(
    'sliding-sync/unknown-pos',
    { clause, needs },
    'A pos that the server does not know is refused with 400 M_UNKNOWN_POS.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(slidingSync, { pos: 'never given', body: all() }, 400, ['M_UNKNOWN_POS', 'M_INVALID_PARAM', 'M_UNKNOWN'])
    },
  ),
  check('sliding-sync/txn-id', { clause, needs, level: 'may' }, 'The transaction ID of a request comes back.', async ({ people }) => {
    const [alice] = await people('alice')
    await alice.createRoom()
    equal((await slide(alice, { ...all(), txn_id: 'mine' })).txn_id, 'mine', 'The transaction ID')
  }),
  check(
    'sliding-sync/connections-are-apart',
    { clause, needs },
    'Two connections of one device, told apart by conn_id, do not take from each other.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const [one, two] = [await slide(alice, { ...all(), conn_id: 'one' }), await slide(alice, { ...all(), conn_id: 'two' })]
      await alice.say(roomId, 'to both')
      for (const [conn_id, { pos }] of [
        ['one', one],
        ['two', two],
      ] as const) {
        equal(
          bodies((await slide(alice, { ...all(), conn_id }, pos, 2000)).rooms?.[roomId]?.timeline),
          ['to both'],
          `The messages of ${conn_id}`,
        )
      }
    },
  ),
  check('sliding-sync/needs-a-token', { clause, needs }, 'Without a token there is no answer.', async ({ nobody }) => {
    await nobody.refused(slidingSync, { body: all() }, 401, 'M_MISSING_TOKEN')
  }),
  ...Object.entries({
    'range-that-is-no-pair': all({ ranges: [[0]] }),
    'limit-that-is-no-number': all({ timeline_limit: 'ten' }),
    'lists-that-are-none': { lists: [] },
  }).map(([what, body]) =>
    check(
      `sliding-sync/${what}`,
      { clause, needs },
      `A request with a ${what.replaceAll('-', ' ')} is an error of the caller.`.replace('a lists', 'lists'),
      async ({ people }) => {
        const [alice] = await people('alice')
        equal((await alice.call(slidingSync, { body })).status, 400, 'The status')
      },
    ),
  ),
]
