import { forEachEngine } from '../storage/test-database.ts'
import { startTestServer, type TestUser } from './test-server.ts'

const path = encodeURIComponent
const room = (roomId: string) => `v3/rooms/${path(roomId)}`

const upgrade = async (user: TestUser, roomId: string, new_version = '12'): Promise<string> =>
  (await user.ok('POST', `${room(roomId)}/upgrade`, { new_version })).replacement_room
const stateOf = (user: TestUser, roomId: string, type: string, stateKey = '') =>
  user.ok('GET', `${room(roomId)}/state/${type}/${path(stateKey)}`)
const joined = async (user: TestUser): Promise<string[]> => (await user.ok('GET', 'v3/joined_rooms')).joined_rooms
const accountData = (user: TestUser, rest: string) => `v3/user/${path(user.userId)}/${rest}`

const within = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  for (let i = 0; ; i++) {
    const value = await read()
    if (holds(value) || i === 200) return value
    await new Promise((resolve) => {
      setTimeout(resolve, 25)
    })
  }
}

forEachEngine(
  'a channel stays a channel: its owner asks, the server does it, and its members are there',
  async (t, _database, location) => {
    const server = await startTestServer(location)
    try {
      const [owner, member, other] = [await server.signUp(), await server.signUp(), await server.signUp()]
      const wish = { preset: 'channel.private', name: 'Lab', alias: 'lab', invite: [member.userId] }
      const { room_id: roomId } = await owner.ok('POST', 'unstable/chat.hallway/rooms', wish)
      t.like(await member.call('POST', `${room(roomId)}/upgrade`, { new_version: '12' }), { status: 403, body: { errcode: 'M_FORBIDDEN' } })
      const creators = { new_version: '12', additional_creators: [member.userId] }
      t.like(await owner.call('POST', `${room(roomId)}/upgrade`, creators), { status: 403, body: { errcode: 'chat.hallway.POLICY' } })
      const next = await upgrade(owner, roomId)
      t.deepEqual(await stateOf(member, next, 'chat.hallway.kind'), { kind: 'channel' })
      t.deepEqual(await stateOf(member, next, 'io.element.functional_members'), { service_members: ['@_system:hs'] })
      const levels = async (roomId: string) => stateOf(owner, roomId, 'm.room.power_levels')
      t.deepEqual((await levels(next)).users, { [owner.userId]: 100 })
      t.is((await levels(next)).events['m.room.tombstone'], 150)
      t.is((await stateOf(owner, roomId, 'm.room.tombstone'))['chat.hallway.actor'], owner.userId)
      t.like(await member.call('PUT', `${room(roomId)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'x' }), { status: 403 })
      await member.ok('PUT', `${room(next)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'x' })
      t.is((await other.ok('GET', `v3/directory/room/${path('#lab:hs')}`)).room_id, next)
      t.is((await owner.call('POST', `${room(next)}/invite`, { user_id: other.userId })).status, 200)
      t.true((await joined(other)).includes(next))
    } finally {
      await server.stop()
    }
  },
)

forEachEngine('an announcement channel that moves is the one that newcomers are made members of', async (t, _database, location) => {
  const server = await startTestServer(location, { env: { HALLWAY_ORGANISATION__ANNOUNCEMENTS_BY: 'everyone' } })
  try {
    const [owner, member] = [await server.signUp(), await server.signUp()]
    const { room_id: roomId } = await owner.ok('POST', 'unstable/chat.hallway/rooms', { preset: 'announcement', name: 'News' })
    t.true((await joined(member)).includes(roomId))
    const next = await upgrade(owner, roomId)
    t.true((await joined(member)).includes(next))
    t.is((await member.call('POST', `${room(next)}/leave`)).body.errcode, 'chat.hallway.POLICY')
    await member.ok('POST', `${room(roomId)}/leave`)
    const newcomer = await joined(await server.signUp())
    t.true(newcomer.includes(next))
    t.false(newcomer.includes(roomId))
  } finally {
    await server.stop()
  }
})

forEachEngine('a direct conversation that moves stays the one of its people', async (t, _database, location) => {
  const server = await startTestServer(location)
  try {
    const [ana, ben] = [await server.signUp(), await server.signUp()]
    const open = async (user: TestUser, other: TestUser) => user.ok('POST', 'unstable/chat.hallway/dm/open', { user_ids: [other.userId] })
    const { room_id: roomId } = await open(ana, ben)
    const next = await upgrade(ben, roomId)
    t.deepEqual(await open(ana, ben), { room_id: next, created: false })
    t.deepEqual((await stateOf(ana, next, 'm.room.create')).additional_creators, [ana.userId])
    t.deepEqual((await ana.ok('GET', accountData(ana, 'account_data/m.direct')))[ben.userId], [roomId, next])
    const older = await upgrade(ana, next, '11')
    t.deepEqual(await open(ben, ana), { room_id: older, created: false })
    const users = (await stateOf(ana, older, 'm.room.power_levels')).users
    t.is(users[ana.userId], users[ben.userId])
    const newest = await upgrade(ana, older)
    t.deepEqual(await open(ana, ben), { room_id: newest, created: false })
  } finally {
    await server.stop()
  }
})

forEachEngine('what people keep about a room is there in the next, also for who comes later', async (t, _database, location) => {
  const server = await startTestServer(location)
  try {
    const [ana, ben] = [await server.signUp(), await server.signUp()]
    const { room_id: roomId } = await ana.ok('POST', 'v3/createRoom', { room_version: '11', invite: [ben.userId] })
    await ben.ok('POST', `v3/join/${path(roomId)}`)
    const rules = 'v3/pushrules/global'
    for (const user of [ana, ben]) {
      await user.ok('PUT', accountData(user, `rooms/${path(roomId)}/tags/m.favourite`), { order: 0.5 })
      await user.ok('PUT', accountData(user, `rooms/${path(roomId)}/account_data/org.example.note`), { body: 'n' })
      await user.ok('PUT', `${rules}/room/${path(roomId)}`, { actions: [] })
      const conditions = [{ kind: 'event_match', key: 'room_id', pattern: roomId }]
      await user.ok('PUT', `${rules}/override/${path(roomId)}`, { actions: [], conditions })
    }
    const next = await upgrade(ana, roomId)
    const keeps = async (user: TestUser) => {
      t.deepEqual((await user.ok('GET', accountData(user, `rooms/${path(next)}/tags`))).tags, { 'm.favourite': { order: 0.5 } })
      t.deepEqual(await user.ok('GET', accountData(user, `rooms/${path(next)}/account_data/org.example.note`)), { body: 'n' })
      t.deepEqual((await user.ok('GET', `${rules}/room/${path(next)}`)).actions, [])
      t.is((await user.ok('GET', `${rules}/override/${path(next)}`)).conditions[0].pattern, next)
    }
    await keeps(ana)
    t.is((await ben.call('GET', `${rules}/room/${path(next)}`)).status, 404, 'ben is only invited')
    await ben.ok('POST', `v3/join/${path(next)}`)
    // Each of them comes by itself.
    const note = accountData(ben, `rooms/${path(next)}/account_data/org.example.note`)
    for (const kept of [`${rules}/override/${path(next)}`, `${rules}/room/${path(next)}`, note])
      await within(
        () => ben.call('GET', kept),
        ({ status }) => status === 200,
      )
    await within(
      () => ben.ok('GET', accountData(ben, `rooms/${path(next)}/tags`)),
      ({ tags }) => tags['m.favourite'] !== undefined,
    )
    await keeps(ben)
  } finally {
    await server.stop()
  }
})
