import { getState, getStateEvent, setState } from '../../spec/client/room-state.ts'
import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { differ, equal, holds, matches, present } from '../expect.ts'

const type = 'org.example.shelf'

export const roomStateChecks = [
  check(
    'room-state/set-and-get',
    { clause: setState, about: [setState, getStateEvent] },
    'What is set under a type and key is read there, by all members.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.setState(roomId, type, { books: 3 }, 'left')
      equal(await bob.stateContent(roomId, type, 'left'), { books: 3 }, 'The content')
    },
  ),
  check(
    'room-state/keys-are-apart',
    { clause: setState, about: [getStateEvent] },
    'Entries of one type under different keys, the empty one too, do not touch each other.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      for (const key of ['', 'left', 'right/above']) await alice.setState(roomId, type, { key }, key)
      for (const key of ['', 'left', 'right/above'])
        equal(await alice.stateContent(roomId, type, key), { key }, `The content under "${key}"`)
    },
  ),
  ...(['', '/'] as const).map((slash) =>
    check(
      `room-state/empty-key-${slash === '' ? 'without' : 'with'}-a-slash`,
      { clause: setState, about: [setState, getStateEvent] },
      `The path ${slash === '' ? 'that ends in the type' : 'that ends in a slash'} means the empty key.`,
      async ({ room }) => {
        const [roomId, alice] = await room('alice')
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${type}${slash}`
        const set = await alice.raw({ method: 'PUT', path, body: '{"books":4}' })
        equal(set.status, 200, 'The status of setting')
        const got = await alice.raw({ method: 'GET', path })
        equal([got.status, got.body], [200, { books: 4 }], 'What is read')
        equal((await alice.state(roomId)).find((event) => event.type === type)?.state_key, '', 'The state key')
      },
    ),
  ),
  check('room-state/not-set', { clause: getStateEvent }, 'What is not set is answered with 404 M_NOT_FOUND.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    await alice.refused(getStateEvent, { roomId, eventType: type, stateKey: 'left' }, 404, 'M_NOT_FOUND')
  }),
  check(
    'room-state/set-again',
    { clause: setState, about: [setState, getStateEvent] },
    'A later value takes the place of an earlier one.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const one = await alice.setState(roomId, type, { books: 3 })
      const two = await alice.setState(roomId, type, { books: 4 })
      differ(one, two, 'The event IDs')
      equal(await alice.stateContent(roomId, type), { books: 4 }, 'The content')
      equal((await alice.state(roomId)).filter((event) => event.type === type).length, 1, 'The number of entries')
    },
  ),
  check('room-state/whole', { clause: getState }, 'The whole state holds each entry once, as a complete event.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const eventId = await alice.setState(roomId, type, { books: 3 }, 'left')
    const state = await alice.state(roomId)
    const keys = state.map((event) => `${event.type}|${event.state_key}`)
    equal(new Set(keys).size, keys.length, 'The number of different keys')
    for (const one of ['m.room.create|', `m.room.member|${alice.userId}`, 'm.room.power_levels|', 'm.room.join_rules|']) {
      holds(keys.includes(one), `the entry ${one}`)
    }
    matches(
      state.find((event) => event.type === type),
      { event_id: eventId, sender: alice.userId, state_key: 'left', room_id: roomId, content: { books: 3 } },
      'The entry',
    )
  }),
  check(
    'room-state/as-an-event',
    { clause: getStateEvent, since: 'v1.16' },
    'With format=event the whole event is given.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const eventId = await alice.setState(roomId, type, { books: 3 }, 'left')
      const event = await alice.ok(getStateEvent, { roomId, eventType: type, stateKey: 'left', format: 'event' })
      matches(event, { event_id: eventId, sender: alice.userId, type, state_key: 'left', content: { books: 3 } }, 'The event')
    },
  ),
  check(
    'room-state/outsider-does-not-read',
    { clause: getState, about: [getState, getStateEvent] },
    'Who is no member reads neither the state nor an entry of it.',
    async ({ room, people }) => {
      const [roomId] = await room('alice')
      const [mallory] = await people('mallory')
      await mallory.refused(getState, { roomId }, 403, 'M_FORBIDDEN')
      await mallory.refused(getStateEvent, { roomId, eventType: 'm.room.create', stateKey: '' }, 403, 'M_FORBIDDEN')
    },
  ),
  check('room-state/outsider-does-not-set', { clause: setState }, 'Who is no member sets nothing.', async ({ room, people }) => {
    const [roomId] = await room('alice')
    const [mallory] = await people('mallory')
    await mallory.refused(setState, { roomId, eventType: type, stateKey: '', body: {} }, 403, 'M_FORBIDDEN')
  }),
  check('room-state/below-the-level', { clause: setState }, 'Who has less power than an entry needs does not set it.', async ({ room }) => {
    const [roomId, , bob] = await room('alice', 'bob')
    await bob.refused(setState, { roomId, eventType: 'm.room.name', stateKey: '', body: { name: 'Mine' } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'room-state/level-of-one-type',
    { clause: setState, about: [setState, getStateEvent] },
    'A type with a level of its own needs that one.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const { events = {} } = await alice.stateContent(roomId, 'm.room.power_levels')
      await alice.setLevels(roomId, { events: { ...(events as object), 'm.room.name': 0 } })
      await bob.setState(roomId, 'm.room.name', { name: 'Ours' })
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'Ours', 'The name')
      await bob.refused(setState, { roomId, eventType: 'm.room.topic', stateKey: '', body: { topic: 'Mine' } }, 403, 'M_FORBIDDEN')
    },
  ),
  check(
    'room-state/key-of-another-user',
    { clause: 'rooms/v11/#authorization-rules', about: [setState] },
    'A state key that is the ID of somebody else is refused.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.refused(setState, { roomId, eventType: type, stateKey: bob.userId, body: {} }, 403, 'M_FORBIDDEN')
    },
  ),
  check('room-state/nobody-raises-themselves', { clause: setState }, 'Nobody gives out more power than they have.', async ({ room }) => {
    const [roomId, alice, bob, carol] = await room('alice', 'bob', 'carol')
    const { users = {}, events = {} } = await alice.stateContent(roomId, 'm.room.power_levels')
    const given = { ...(users as object), [bob.userId]: 50 }
    await alice.setLevels(roomId, { users: given, events: { ...(events as object), 'm.room.power_levels': 50 } })
    const content = await bob.stateContent(roomId, 'm.room.power_levels')
    for (const users of [
      { ...given, [bob.userId]: 60 },
      { ...given, [carol.userId]: 51 },
    ]) {
      await bob.refused(
        setState,
        { roomId, eventType: 'm.room.power_levels', stateKey: '', body: { ...content, users } },
        403,
        'M_FORBIDDEN',
      )
    }
    await bob.setLevels(roomId, { users: { ...given, [carol.userId]: 50 } })
  }),
  check(
    'room-state/levels-are-whole-numbers',
    { clause: 'rooms/v10/#values-in-mroompower_levels-events-must-be-integers', about: [setState] },
    'Power levels that are not whole numbers are refused.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const content = await alice.stateContent(roomId, 'm.room.power_levels')
      await alice.refused(
        setState,
        { roomId, eventType: 'm.room.power_levels', stateKey: '', body: { ...content, state_default: '50' } },
        [400, 403],
        ['M_BAD_JSON', 'M_FORBIDDEN', 'M_INVALID_PARAM', 'M_UNKNOWN'],
      )
    },
  ),
  check('room-state/create-cannot-be-set', { clause: setState }, 'A second create event is refused.', async ({ room }) => {
    const [roomId, alice] = await room('alice')
    const { status } = await alice.call(setState, { roomId, eventType: 'm.room.create', stateKey: '', body: { room_version: '11' } })
    holds(status === 400 || status === 403, `a refusal, not ${status}`)
  }),
  check(
    'room-state/by-sync',
    { clause: 'client-server-api/#syncing', about: [sync] },
    'A change of state comes by sync, with the content it replaced.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.setState(roomId, 'm.room.topic', { topic: 'Breakfast' })
      const syncing = await bob.startSyncing()
      const eventId = await alice.setState(roomId, 'm.room.topic', { topic: 'Lunch' })
      const event = await syncing.untilEvent(roomId, 'the new topic', (event) => event.event_id === eventId)
      matches(event, { type: 'm.room.topic', state_key: '', sender: alice.userId, content: { topic: 'Lunch' } }, 'The event')
      equal(present(event.unsigned, 'unsigned').prev_content, { topic: 'Breakfast' }, 'prev_content')
    },
  ),
  check(
    'room-state/canonical-alias-must-lead-here',
    { clause: setState, about: [setState] },
    'A canonical alias that does not lead to the room is refused with 400 M_BAD_ALIAS.',
    async ({ room, unique, serverName }) => {
      const [roomId, alice] = await room('alice')
      const body = { alias: `#${unique('nothing')}:${serverName}` }
      await alice.refused(
        setState,
        { roomId, eventType: 'm.room.canonical_alias', stateKey: '', body },
        [400, 404],
        ['M_BAD_ALIAS', 'M_NOT_FOUND'],
      )
    },
  ),
  check(
    'room-state/for-one-who-left',
    { clause: getState, about: [getState, getStateEvent] },
    'Who has left reads the state as it was then.',
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await alice.setState(roomId, 'm.room.topic', { topic: 'Then' })
      await bob.leave(roomId)
      await alice.setState(roomId, 'm.room.topic', { topic: 'Now' })
      equal((await bob.stateContent(roomId, 'm.room.topic'))['topic'], 'Then', 'The topic')
      equal((await bob.state(roomId)).find((event) => event.type === 'm.room.topic')?.content['topic'], 'Then', 'The topic in the whole')
    },
  ),
]
