import test, { type ExecutionContext } from 'ava'
import { type Answer, type Caller, createCaller, signUp } from './caller.ts'
import { createInstallation, enginesHere, type Engine, type Installation } from './installation.ts'
import { type SeenEvent, wholeTimeline } from './timeline-walk.ts'

interface Scene {
  readonly place: Installation
  readonly alice: Caller
  /** Eleven users: Alice is the first. */
  readonly people: readonly Caller[]
}

type Race = (t: ExecutionContext, scene: Scene) => Promise<void>

const atOnce = <T>(times: number, deed: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => deed(index)))
const room = (roomId: string): string => `v3/rooms/${encodeURIComponent(roomId)}`
const tally = (answers: readonly Answer[]): { [outcome: string]: number } => {
  const counts: { [outcome: string]: number } = {}
  for (const { status, body } of answers)
    counts[`${status} ${body.errcode ?? ''}`.trim()] = (counts[`${status} ${body.errcode ?? ''}`.trim()] ?? 0) + 1
  return counts
}
const ids = (answers: readonly Answer[]): Set<string> => new Set(answers.map(({ body }) => body.event_id))
const eventsOf = async (caller: Caller, roomId: string, type: string): Promise<SeenEvent[]> =>
  (await wholeTimeline(caller, roomId)).filter((event) => event.type === type)

const newRoom = async (caller: Caller, body: object = { preset: 'public_chat' }): Promise<string> =>
  (await caller.ok('POST', 'v3/createRoom', body)).room_id

const races: { readonly [title: string]: Race } = {
  'of 50 sends with one transaction ID there is one event': async (t, { alice }) => {
    const roomId = await newRoom(alice)
    const answers = await atOnce(50, (index) =>
      alice.call('PUT', `${room(roomId)}/send/m.room.message/same`, { msgtype: 'm.text', body: `${index}` }),
    )
    t.deepEqual(tally(answers), { 200: 50 })
    t.is(ids(answers).size, 1)
    t.deepEqual(
      (await eventsOf(alice, roomId, 'm.room.message')).map(({ event_id }) => event_id),
      [...ids(answers)],
    )
  },

  'of 50 redactions with one transaction ID there is one': async (t, { alice }) => {
    const roomId = await newRoom(alice)
    const { event_id: target } = await alice.ok('PUT', `${room(roomId)}/send/m.room.message/target`, { msgtype: 'm.text', body: 'x' })
    const answers = await atOnce(50, () => alice.call('PUT', `${room(roomId)}/redact/${encodeURIComponent(target)}/same`, {}))
    t.deepEqual(tally(answers), { 200: 50 })
    t.is(ids(answers).size, 1)
    t.is((await eventsOf(alice, roomId, 'm.room.redaction')).length, 1)
  },

  'of 50 equal reactions one is taken': async (t, { alice }) => {
    const roomId = await newRoom(alice)
    const { event_id } = await alice.ok('PUT', `${room(roomId)}/send/m.room.message/target`, { msgtype: 'm.text', body: 'x' })
    const content = { 'm.relates_to': { rel_type: 'm.annotation', event_id, key: '👍' } }
    const answers = await atOnce(50, (index) => alice.call('PUT', `${room(roomId)}/send/m.reaction/${index}`, content))
    t.deepEqual(tally(answers), { 200: 1, '400 M_DUPLICATE_ANNOTATION': 49 })
    t.is((await eventsOf(alice, roomId, 'm.reaction')).length, 1)
  },

  'of 50 joins by ten people each makes one member': async (t, { alice, people }) => {
    const roomId = await newRoom(alice)
    const joiners = people.slice(1)
    const answers = await atOnce(50, (index) => joiners[index % joiners.length]!.call('POST', `v3/join/${encodeURIComponent(roomId)}`, {}))
    t.deepEqual(tally(answers), { 200: 50 })
    const members = await eventsOf(alice, roomId, 'm.room.member')
    t.deepEqual(members.map(({ state_key }) => state_key).toSorted(), people.map(({ userId }) => userId).toSorted())
    t.deepEqual(
      Object.keys((await alice.ok('GET', `${room(roomId)}/joined_members`)).joined).toSorted(),
      people.map(({ userId }) => userId).toSorted(),
    )
    const synced = await alice.ok('GET', 'v3/sync')
    t.is(synced.rooms.join[roomId].summary['m.joined_member_count'], people.length)
  },

  'of 50 invitations of one person there is one': async (t, { alice, people: [, bob] }) => {
    const roomId = await newRoom(alice, { preset: 'private_chat' })
    const answers = await atOnce(50, () => alice.call('POST', `${room(roomId)}/invite`, { user_id: bob!.userId }))
    t.is(answers.filter(({ status }) => status >= 500).length, 0)
    t.is((await eventsOf(alice, roomId, 'm.room.member')).filter(({ state_key }) => state_key === bob!.userId).length, 1)
  },

  '50 joins and leaves of one person leave what the last one said': async (t, { alice, people: [, bob] }) => {
    const roomId = await newRoom(alice)
    const answers = await atOnce(50, (index) =>
      bob!.call('POST', index % 2 === 0 ? `v3/join/${encodeURIComponent(roomId)}` : `${room(roomId)}/leave`, {}),
    )
    t.deepEqual(tally(answers.filter(({ status }) => status !== 403)), { 200: answers.filter(({ status }) => status !== 403).length })
    const told = (await eventsOf(alice, roomId, 'm.room.member'))
      .filter(({ state_key }) => state_key === bob!.userId)
      .map(({ content }) => content['membership'])
    t.deepEqual(
      told,
      told.map((_, index) => (index % 2 === 0 ? 'join' : 'leave')),
      'no membership follows itself',
    )
    const joined = Object.keys((await alice.ok('GET', `${room(roomId)}/joined_members`)).joined)
    t.is(joined.includes(bob!.userId), told.at(-1) === 'join')
    t.is((await bob!.ok('GET', 'v3/joined_rooms')).joined_rooms.includes(roomId), told.at(-1) === 'join')
  },

  '50 names given at once follow one another, and the last one stays': async (t, { alice }) => {
    const roomId = await newRoom(alice)
    const answers = await atOnce(50, (index) => alice.call('PUT', `${room(roomId)}/state/m.room.name`, { name: `name ${index}` }))
    t.deepEqual(tally(answers), { 200: 50 })
    const names = (await eventsOf(alice, roomId, 'm.room.name')) as (SeenEvent & { unsigned: { prev_content?: { name: string } } })[]
    t.deepEqual(names.map(({ event_id }) => event_id).toSorted(), [...ids(answers)].toSorted())
    t.deepEqual(
      names.slice(1).map(({ unsigned }) => unsigned.prev_content?.name),
      names.slice(0, -1).map(({ content }) => content['name']),
    )
    t.deepEqual(await alice.ok('GET', `${room(roomId)}/state/m.room.name`), names.at(-1)?.content)
  },

  'of 50 equal names given at once there is one': async (t, { alice }) => {
    const roomId = await newRoom(alice)
    const answers = await atOnce(50, () => alice.call('PUT', `${room(roomId)}/state/m.room.name`, { name: 'the same' }))
    t.deepEqual(tally(answers), { 200: 50 })
    t.is(ids(answers).size, 1)
    t.is((await eventsOf(alice, roomId, 'm.room.name')).length, 1)
  },

  'two people who open their conversation 50 times at once have one': async (t, { people: [alice, bob] }) => {
    const answers = await atOnce(50, (index) =>
      (index % 2 === 0 ? alice : bob)!.call('POST', 'unstable/chat.hallway/dm/open', {
        user_ids: [(index % 2 === 0 ? bob : alice)!.userId],
      }),
    )
    t.deepEqual(tally(answers), { 200: 50 })
    t.is(new Set(answers.map(({ body }) => body.room_id)).size, 1)
    for (const person of [alice!, bob!]) {
      t.true((await person.ok('GET', 'v3/joined_rooms')).joined_rooms.includes(answers[0]!.body.room_id))
      const direct: { [userId: string]: string[] } = await person.ok(
        'GET',
        `v3/user/${encodeURIComponent(person.userId)}/account_data/m.direct`,
      )
      t.deepEqual(Object.values(direct), [[answers[0]!.body.room_id]])
    }
  },

  'of 12 who want one name, one gets it': async (t, { place }) => {
    const wish = { username: 'wanted', password: 'long enough 1', auth: { type: 'm.login.dummy' } }
    const answers = await atOnce(12, () => createCaller(place.baseUrl).call('POST', 'v3/register', wish))
    t.deepEqual(tally(answers), { 200: 1, '400 M_USER_IN_USE': 11 })
  },

  'of 50 rooms that want one alias, one gets it': async (t, { alice, place }) => {
    const rooms = await atOnce(10, () => newRoom(alice))
    const alias = encodeURIComponent(`#wanted:${place.serverName}`)
    const answers = await atOnce(50, (index) => alice.call('PUT', `v3/directory/room/${alias}`, { room_id: rooms[index % rooms.length] }))
    const { 200: taken, ...refused } = tally(answers)
    t.is(taken, 1)
    t.deepEqual(Object.keys(refused), ['409 M_UNKNOWN'])
    t.is(
      (await alice.ok('GET', `v3/directory/room/${alias}`)).room_id,
      rooms[answers.findIndex(({ status }) => status === 200) % rooms.length],
    )
    const made = await atOnce(20, () => alice.call('POST', 'v3/createRoom', { room_alias_name: 'wanted-too' }))
    t.deepEqual(tally(made), { 200: 1, '400 M_ROOM_IN_USE': 19 })
  },

  '50 rooms made alike at one moment are 50 rooms': async (t, { alice }) => {
    t.is(new Set(await atOnce(50, () => newRoom(alice, { name: 'alike' }))).size, 50)
  },

  'of 50 logouts with one token one ends the session, and nothing else ends': async (t, { place, people }) => {
    const last = people.at(-1)!
    const { device_id } = await last.ok('GET', 'v3/account/whoami')
    const wish = { type: 'm.login.password', identifier: { type: 'm.id.user', user: last.userId }, password: 'long enough 1' }
    const session = createCaller(place.baseUrl, last.userId, (await last.ok('POST', 'v3/login', wish)).access_token)
    const answers = await atOnce(50, () => session.call('POST', 'v3/logout', {}))
    t.is(answers.filter(({ status, body }) => status !== 200 && body.errcode !== 'M_UNKNOWN_TOKEN').length, 0)
    t.is((await session.call('GET', 'v3/account/whoami')).body.errcode, 'M_UNKNOWN_TOKEN')
    t.is((await last.ok('GET', 'v3/account/whoami')).device_id, device_id)
  },
}

const places: Installation[] = []
test.after.always(async () => {
  await Promise.all(places.map((place) => place.remove()))
})

const setUp = async (engine: Engine): Promise<Scene> => {
  const place = await createInstallation({ engine })
  places.push(place)
  await place.start()
  const people = await atOnce(11, () => signUp(place.baseUrl))
  return { place, people, alice: people[0]! }
}

for (const engine of enginesHere) {
  let scene: Promise<Scene> | undefined
  for (const [title, race] of Object.entries(races)) {
    test(`${title} (${engine})`, async (t) => {
      scene ??= setUp(engine)
      await race(t, await scene)
      t.notRegex((await scene).place.said(), /"level":"(error|fatal)"/)
    })
  }
}
