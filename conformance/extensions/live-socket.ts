import { logout } from '../../spec/client/login.ts'
import { setTyping } from '../../spec/client/ephemeral.ts'
import { slidingSync } from '../../spec/client/sliding-sync.ts'
import { closeCodes, liveSocketPath, maxClientFrameBytes, type ErrorFrame, type ResponseFrame } from '../../spec/extensions/live-socket.ts'
import { check, type Feature } from '../check.ts'
import { equal, holds, sameMembers } from '../expect.ts'

const needs: readonly Feature[] = ['chat.hallway']
const clause = 'spec/extensions/README.md#the-live-socket'
const terms = { clause, needs, about: [] } as const
const all = { lists: { all: { ranges: [[0, 19]], timeline_limit: 20, required_state: [] } } }
const said = (frame: ResponseFrame, roomId: string): unknown[] =>
  (frame.rooms?.[roomId]?.timeline ?? []).filter(({ type }) => type === 'm.room.message').map(({ content }) => content['body'])

export const liveSocketChecks = [
  check(
    'live-socket/first-response',
    terms,
    'After the token, the first request is answered at once, with what sliding sync by HTTP would say.',
    async ({ room, socket }) => {
      const [roomId, alice] = await room('alice')
      await alice.say(roomId, 'hello')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', ...all })
      const frame = await live.response('the first response')
      equal([frame.id, frame.rooms?.[roomId]?.initial, said(frame, roomId)], ['one', true, ['hello']], 'ID, initial, messages')
      const { rooms } = await alice.ok(slidingSync, { body: { ...all, conn_id: 'http' } })
      equal(Object.keys(frame.rooms ?? {}), Object.keys(rooms ?? {}), 'The rooms by socket and by HTTP')
    },
  ),
  check(
    'live-socket/pushes',
    terms,
    'What happens is pushed, when the last response has been acknowledged by its pos alone.',
    async ({ room, socket }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', ...all })
      const { pos } = await live.response('the first response')
      const news = live.until('the news', pos, (frame) => said(frame, roomId).length > 0 && said(frame, roomId))
      await bob.say(roomId, 'news')
      equal((await news).value, ['news'], 'The messages')
    },
  ),
  check(
    'live-socket/waits-for-the-acknowledgement',
    terms,
    'Nothing more is sent until a response is acknowledged; then all that has happened since comes together.',
    async ({ room, socket }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', ...all })
      const { pos } = await live.response('the first response')
      for (const body of ['1', '2', '3']) await bob.say(roomId, body)
      live.send({ type: 'request', id: 'two', pos })
      const frame = await live.response('the news')
      equal([frame.id, said(frame, roomId)], ['two', ['1', '2', '3']], 'ID and messages')
    },
  ),
  check(
    'live-socket/newest-request-is-answered',
    terms,
    'A request that comes while another waits takes its place.',
    async ({ people, socket }) => {
      const [alice] = await people('alice')
      const roomId = await alice.createRoom({ name: 'One' })
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', lists: {} })
      const { pos } = await live.response('the first response')
      live.send({ type: 'request', id: 'two', pos })
      live.send({ type: 'request', id: 'three', pos, room_subscriptions: { [roomId]: { timeline_limit: 1, required_state: [] } } })
      const frame = await live.response('the room')
      equal([frame.id, Object.keys(frame.rooms ?? {})], ['three', [roomId]], 'ID and rooms')
    },
  ),
  check(
    'live-socket/resumes',
    terms,
    'On a new socket the last pos goes on where the old one broke off: nothing is missed, nothing comes twice.',
    async ({ room, socket }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const old = await socket(alice.token)
      old.send({ type: 'request', id: 'one', ...all })
      const { pos } = await old.response('the first response')
      old.close()
      await bob.say(roomId, 'meanwhile')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'again', pos, ...all })
      const frame = await live.response('what was missed')
      equal([said(frame, roomId), frame.rooms?.[roomId]?.initial ?? false], [['meanwhile'], false], 'Messages, and initial')
    },
  ),
  check('live-socket/goes-on-by-http', terms, 'A pos of the socket serves over HTTP.', async ({ room, socket }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const live = await socket(alice.token)
    live.send({ type: 'request', id: 'one', ...all })
    const { pos } = await live.response('the first response')
    live.close()
    await bob.say(roomId, 'meanwhile')
    const { rooms } = await alice.ok(slidingSync, { pos, timeout: 2000, body: all })
    equal(
      rooms?.[roomId]?.timeline?.map(({ content }) => content['body']),
      ['meanwhile'],
      'The messages',
    )
  }),
  check(
    'live-socket/nothing-lost-in-a-storm',
    terms,
    'Every message of several people who talk at once comes, once.',
    async ({ room, socket }) => {
      const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', ...all })
      const { pos } = await live.response('the first response')
      const wanted = [bob, carol].flatMap(({ name }) => Array.from({ length: 10 }, (_, index) => `${name} ${index}`))
      const talking = Promise.all(wanted.map((body) => (body.startsWith('bob') ? bob : carol).say(roomId, body)))
      const seen: string[] = []
      await live.until('all messages', pos, (frame) => {
        seen.push(...said(frame, roomId).map(String))
        return seen.length >= wanted.length
      })
      await talking
      sameMembers(seen, wanted, 'The messages')
    },
  ),
  check('live-socket/typing', terms, 'Extensions work on the socket: who types is pushed.', async ({ room, socket }) => {
    const [roomId, alice, bob] = await room('alice', 'bob')
    const live = await socket(alice.token)
    live.send({ type: 'request', id: 'one', ...all, extensions: { typing: { enabled: true } } })
    const { pos } = await live.response('the first response')
    await bob.ok(setTyping, { roomId, userId: bob.userId, body: { typing: true, timeout: 30_000 } })
    const { value } = await live.until('that bob types', pos, ({ extensions }) => extensions?.typing?.rooms?.[roomId]?.content)
    equal(value, { user_ids: [bob.userId] }, 'Who types')
  }),
  check('live-socket/unknown-token', terms, 'An unknown token is told as M_UNKNOWN_TOKEN, and the socket closes.', async ({ socket }) => {
    const live = await socket('never-given')
    const { errcode } = await live.error('an error')
    equal([errcode, await live.closed('the end')], ['M_UNKNOWN_TOKEN', closeCodes.unauthenticated], 'Errcode and close code')
  }),
  check(
    'live-socket/request-before-the-token',
    terms,
    'A request before the token is refused, and the socket closes.',
    async ({ socket }) => {
      const live = await socket()
      live.send({ type: 'request', id: 'one', ...all })
      const { errcode } = await live.error('an error')
      holds(['M_MISSING_TOKEN', 'M_BAD_JSON'].includes(errcode), `M_MISSING_TOKEN or M_BAD_JSON, not ${errcode}`)
      const code = await live.closed('the end')
      holds(
        [closeCodes.unauthenticated, closeCodes.badFrame].some((one) => one === code),
        `4401 or 4400, not ${code}`,
      )
    },
  ),
  ...(
    [
      ['words', 'M_NOT_JSON'],
      ['[1]', 'M_BAD_JSON'],
      ['{"type":"dance","id":"x"}', 'M_BAD_JSON'],
    ] as const
  ).map(([text, errcode], index) =>
    check(
      `live-socket/bad-frame-${index + 1}`,
      terms,
      `A frame that is none (${text}) is told as ${errcode}, and the socket closes with 4400.`,
      async ({ people, socket }) => {
        const [alice] = await people('alice')
        const live = await socket(alice.token)
        live.sendRaw(text)
        equal(
          [(await live.error('an error')).errcode, await live.closed('the end')],
          [errcode, closeCodes.badFrame],
          'Errcode and close code',
        )
      },
    ),
  ),
  check('live-socket/binary-frame', terms, 'A binary frame closes the socket with 1003.', async ({ people, socket }) => {
    const [alice] = await people('alice')
    const live = await socket(alice.token)
    live.sendRaw(new Uint8Array([123, 125]))
    equal(await live.closed('the end'), closeCodes.unsupportedFrame, 'The close code')
  }),
  check('live-socket/frame-too-large', terms, 'A frame over the limit closes the socket with 1009.', async ({ people, socket }) => {
    const [alice] = await people('alice')
    const live = await socket(alice.token)
    live.send({ type: 'request', id: 'one', txn_id: 'x'.repeat(maxClientFrameBytes + 1) })
    equal(await live.closed('the end'), closeCodes.frameTooLarge, 'The close code')
  }),
  ...(
    [
      ['unknown-pos', { pos: 'never given' }, ['M_UNKNOWN_POS']],
      ['wrong-types', { lists: { all: { timeline_limit: 'ten' } } }, ['M_BAD_JSON', 'M_INVALID_PARAM']],
    ] as const
  ).map(([what, wrong, errcodes]) =>
    check(
      `live-socket/${what}`,
      terms,
      `A request that cannot be answered (${what.replace('-', ' ')}) is told by its ID, and the socket goes on.`,
      async ({ room, socket }) => {
        const [roomId, alice] = await room('alice')
        const live = await socket(alice.token)
        live.send({ type: 'request', id: 'bad', ...all, ...wrong })
        const { id, errcode } = await live.error('an error')
        equal([id, errcodes.some((one) => one === errcode)], ['bad', true], `ID, and whether ${errcode} is right`)
        live.send({ type: 'request', id: 'good', ...all })
        const frame = await live.response('a response')
        equal([frame.id, roomId in (frame.rooms ?? {})], ['good', true], 'ID, and whether the room is there')
      },
    ),
  ),
  check(
    'live-socket/logout',
    { ...terms, needs: ['chat.hallway', 'passwords'] },
    'When the session ends, the socket is told so and closed.',
    async ({ room, socket }) => {
      const [, alice] = await room('alice')
      const live = await socket(alice.token)
      live.send({ type: 'request', id: 'one', ...all })
      const { pos } = await live.response('the first response')
      live.send({ type: 'request', id: 'two', pos })
      await alice.ok(logout, {})
      let frame = await live.next('an error')
      // News of other rooms may come in between.
      while (frame.type === 'response') {
        live.send({ type: 'request', id: 'next', pos: (frame as ResponseFrame).pos })
        frame = await live.next('an error')
      }
      equal(
        [(frame as ErrorFrame).errcode, await live.closed('the end')],
        ['M_UNKNOWN_TOKEN', closeCodes.unauthenticated],
        'Errcode and close code',
      )
    },
  ),
  check('live-socket/replaced', terms, 'A newer socket of the same connection ends the older.', async ({ room, socket }) => {
    const [, alice] = await room('alice')
    const old = await socket(alice.token)
    old.send({ type: 'request', id: 'one', ...all })
    const { pos } = await old.response('the first response')
    old.send({ type: 'request', id: 'two', pos })
    const live = await socket(alice.token)
    live.send({ type: 'request', id: 'three', pos, ...all })
    equal(await old.closed('the end of the old socket'), closeCodes.replaced, 'The close code')
  }),
  check(
    'live-socket/without-an-upgrade',
    terms,
    'A plain request to the address of the socket is an error of the caller.',
    async ({ nobody }) => {
      const { status } = await nobody.raw({ method: 'GET', path: liveSocketPath })
      holds(status >= 400 && status < 500, `a refusal, not ${status}`)
    },
  ),
]
