import test from 'ava'
import * as sdk from 'matrix-js-sdk'
import { SlidingSync } from 'matrix-js-sdk/lib/sliding-sync.js'
import { counts, live, seen, texts } from './js-sdk-looks.ts'
import { createClient, password, people, roomOf, signUp, startPerson } from './js-sdk-person.ts'
import { type Hallway, startHallway } from './start-hallway.ts'

// matrix-js-sdk as it is on npm, with its sync loop on, against a server of our own.

let hallway: Hallway
test.before(async () => {
  hallway = await startHallway(process.env['DATABASE_URL'])
})
test.after.always(() => hallway?.stop())

const { EventType, KnownMembership } = sdk

test('somebody registers in stages, logs in, sets a name, and is logged out', async (t) => {
  const answers: string[] = []
  const client = createClient(hallway.baseUrl, (answer) => answers.push(answer))
  const username = `newcomer-${Date.now()}`
  const challenge = await t.throwsAsync(client.registerRequest({ username, password }), { instanceOf: sdk.MatrixError })
  t.is(challenge.httpStatus, 401)
  t.true((challenge.data['flows'] as { stages: string[] }[]).some(({ stages }) => stages.join() === 'm.login.dummy'))
  const registered = await client.register(username, password, String(challenge.data['session']), { type: 'm.login.dummy' })
  t.is(registered.user_id, `@${username}:${hallway.serverName}`)
  t.true((await client.isUsernameAvailable(`${username}-too`)) === true)

  const flows = (await client.loginFlows()).flows.map(({ type }) => type)
  t.true(flows.includes('m.login.password'))
  const login = await client.loginRequest({ type: 'm.login.password', identifier: { type: 'm.id.user', user: username }, password })
  const person = await startPerson(t, hallway, { userId: login.user_id, accessToken: login.access_token, deviceId: login.device_id })
  const me = await person.client.whoami()
  t.deepEqual([me.user_id, me.device_id], [login.user_id, login.device_id])
  await person.client.setDisplayName('New Comer')
  t.is((await person.client.getProfileInfo(person.userId)).displayname, 'New Comer')
  t.is((await person.client.getDevices()).devices.length, 2)
  t.true(await person.client.isVersionSupported('v1.11'))
  t.true(Object.keys((await person.client.getCapabilities())['m.room_versions']?.available ?? {}).includes('12'))
  await t.throwsAsync(client.loginWithPassword(username, 'wrong'), { message: /M_FORBIDDEN|403/ })
  t.is(answers.length, 2, answers.join('\n'))
})

test('a logout ends the sync that waits', async (t) => {
  const session = await signUp(t, hallway, 'leaver')
  const refused: string[] = []
  const client = createClient(hallway.baseUrl, (answer) => refused.push(answer), session)
  t.teardown(() => client.stopClient())
  const ready = new Promise<void>((resolve) => client.on(sdk.ClientEvent.Sync, (state) => state === sdk.SyncState.Syncing && resolve()))
  const ended = new Promise<void>((resolve) => client.once(sdk.HttpApiEvent.SessionLoggedOut, () => resolve()))
  await client.startClient()
  await ready
  await client.logout()
  await ended
  t.true(
    refused.some((answer) => /\/sync: 401 .*M_UNKNOWN_TOKEN/.test(answer)),
    refused.join('\n'),
  )
})

test('an invitation arrives, is accepted, and both see who is there', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  await alice.client.setDisplayName('Alice')
  const { room_id: roomId } = await alice.client.createRoom({ name: 'Garden', topic: 'Roses', invite: [bob.userId], is_direct: true })
  await bob.until('the invitation comes', () => bob.client.getRoom(roomId)?.getMyMembership() === KnownMembership.Invite)
  t.is(bob.room(roomId).name, 'Garden')
  t.is(bob.room(roomId).getDMInviter(), alice.userId)
  await bob.client.joinRoom(roomId)
  await bob.until('the room is joined', () => bob.room(roomId).getMyMembership() === KnownMembership.Join)
  await alice.until('bob is in the room', () => alice.room(roomId).getMember(bob.userId)?.membership === KnownMembership.Join)
  const members = bob.room(roomId).getJoinedMembers()
  t.deepEqual(members.map(({ userId }) => userId).toSorted(), [alice.userId, bob.userId].toSorted())
  t.is(bob.room(roomId).getMember(alice.userId)?.name, 'Alice')
  await alice.client.setRoomName(roomId, 'Orchard')
  await bob.until('the name changes', () => bob.room(roomId).name === 'Orchard')
  await alice.client.setDisplayName('Alice the Second')
  await bob.until('the display name changes', () => bob.room(roomId).getMember(alice.userId)?.name === 'Alice the Second')
})

test('who leaves or is removed sees it, and so do the others', async (t) => {
  const [alice, bob, carol] = await people(t, hallway, 'alice', 'bob', 'carol')
  const roomId = await roomOf(alice, bob, carol)
  await bob.client.leave(roomId)
  await bob.until('bob has left', () => bob.room(roomId).getMyMembership() === KnownMembership.Leave)
  await alice.until('bob is gone', () => alice.room(roomId).getMember(bob.userId)?.membership === KnownMembership.Leave)
  await bob.client.forget(roomId)
  await alice.client.ban(roomId, carol.userId, 'spam')
  await carol.until('carol is banned', () => carol.room(roomId).getMyMembership() === KnownMembership.Ban)
  await alice.until('alice is alone', () => alice.room(roomId).getJoinedMemberCount() === 1)
  const anew = await bob.startedAnew({ includeArchivedRooms: true })
  t.is(anew.client.getRoom(roomId), null)
})

test('a client started anew has the same rooms, invitations, tags and account data', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const stay = await roomOf(alice, bob)
  const gone = await roomOf(alice, bob)
  const { room_id: asked } = await alice.client.createRoom({ name: 'Asked', invite: [bob.userId] })
  await bob.client.leave(gone)
  await bob.client.setRoomTag(stay, 'm.favourite', { order: 0.5 })
  await bob.client.setAccountData(EventType.Direct, { [alice.userId]: [stay] })
  await bob.client.setIgnoredUsers(['@pest:elsewhere.test'])
  const anew = await bob.startedAnew()
  const rooms = anew.client.getRooms().filter((room) => !room.isSpaceRoom())
  t.deepEqual(
    rooms.map((room) => [room.roomId, room.getMyMembership()]).toSorted(),
    [
      [asked, KnownMembership.Invite],
      [stay, KnownMembership.Join],
    ].toSorted(),
  )
  t.deepEqual(anew.room(stay).tags, { 'm.favourite': { order: 0.5 } })
  t.deepEqual(anew.client.getAccountData(EventType.Direct)?.getContent(), { [alice.userId]: [stay] })
  t.deepEqual(anew.client.getIgnoredUsers(), ['@pest:elsewhere.test'])
})

test('a public room is found and joined by its alias, a person by name, and presence is seen', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const word = `kites-${Date.now()}`
  const { room_id: roomId } = await alice.client.createRoom({
    name: `All about ${word}`,
    preset: sdk.Preset.PublicChat,
    visibility: sdk.Visibility.Public,
    room_alias_name: word,
  })
  const alias = `#${word}:${hallway.serverName}`
  t.is((await bob.client.getRoomIdForAlias(alias)).room_id, roomId)
  const found = await bob.client.publicRooms({ filter: { generic_search_term: word } })
  t.deepEqual(
    found.chunk.map((room) => [room.room_id, room.canonical_alias, room.num_joined_members]),
    [[roomId, alias, 1]],
  )
  t.is((await bob.client.joinRoom(alias)).roomId, roomId)
  await bob.until('the room comes', () => bob.client.getRoom(roomId)?.name === `All about ${word}`)
  t.is(bob.room(roomId).getCanonicalAlias(), alias)
  await alice.client.setDisplayName(`Alice of ${word}`)
  await bob.until('the name comes', () => bob.room(roomId).getMember(alice.userId)?.name === `Alice of ${word}`)
  const those = await bob.client.searchUserDirectory({ term: word })
  t.deepEqual(
    those.results.map((person) => [person.user_id, person.display_name]),
    [[alice.userId, `Alice of ${word}`]],
  )
  await alice.client.setPresence({ presence: 'unavailable', status_msg: 'flying' })
  await bob.until('alice is away', () => bob.client.getUser(alice.userId)?.presenceStatusMsg === 'flying')
})

test('a client goes on where it was when the server is started anew', async (t) => {
  const other = await startHallway()
  t.teardown(() => other.stop())
  const start = async (name: string) => startPerson(t, other, await signUp(t, other, name), {}, () => {})
  const [alice, bob] = [await start('alice'), await start('bob')]
  const roomId = await roomOf(alice, bob)
  const { event_id: before } = await alice.client.sendTextMessage(roomId, 'before')
  await seen(bob, roomId, before)
  await other.restart()
  const { event_id: after } = await alice.client.sendTextMessage(roomId, 'after')
  bob.client.retryImmediately()
  await seen(bob, roomId, after)
  t.deepEqual(texts(live(bob, roomId)), ['before', 'after'])
  await bob.client.sendTextMessage(roomId, 'answer')
  alice.client.retryImmediately()
  await alice.until('the answer comes', () => texts(live(alice, roomId)).includes('answer'))
  t.deepEqual(texts(live(alice, roomId)), ['before', 'after', 'answer'])
})

test('with lazy loading a client knows who speaks, and all members when asked', async (t) => {
  const [alice, ...others] = await people(t, hallway, 'alice', 'bob', 'carol', 'dave')
  const roomId = await roomOf(alice, ...others)
  await others[0].client.sendTextMessage(roomId, 'only bob speaks')
  const lazy = await alice.startedAnew({ lazyLoadMembers: true, initialSyncLimit: 1 })
  const room = lazy.room(roomId)
  t.is(room.getJoinedMemberCount(), 4)
  t.false(room.membersLoaded())
  const known = room.currentState.getMembers().map(({ userId }) => userId)
  t.true(known.includes(others[0].userId))
  t.true(known.length < 4, known.join())
  t.regex(room.name, /and 2 others|, .* and /)
  await room.loadMembersIfNeeded()
  t.is(room.getJoinedMembers().length, 4)
  const { event_id: late } = await others[2].client.sendTextMessage(roomId, 'dave too')
  t.is((await seen(lazy, roomId, late)).sender?.userId, others[2].userId)
})

test('sliding sync shows rooms, invitations, live messages, typing, receipts and counts', async (t) => {
  const [alice, bob] = await people(t, hallway, 'alice', 'bob')
  const roomId = await roomOf(alice, bob)
  await alice.client.setRoomName(roomId, 'Sliding')
  await alice.client.sendTextMessage(roomId, 'before')
  const wanted = {
    required_state: [
      ['m.room.name', ''],
      ['m.room.member', '$LAZY'],
      ['m.room.member', '$ME'],
      ['m.room.create', ''],
    ],
    timeline_limit: 5,
  }
  let sliding!: SlidingSync
  const slider = await bob.startedAnew((client) => {
    sliding = new SlidingSync(hallway.baseUrl, new Map([['all', { ranges: [[0, 19]], ...wanted }]]), wanted, client, 30_000)
    return { slidingSync: sliding }
  })
  await slider.until('the room comes', () => slider.client.getRoom(roomId)?.name === 'Sliding')
  t.true((sliding.getListData('all')?.joinedCount ?? 0) >= 1)
  t.true(texts(live(slider, roomId)).includes('before'))

  sliding.modifyRoomSubscriptions(new Set([roomId]))
  const { event_id: now } = await alice.client.sendTextMessage(roomId, 'now')
  await seen(slider, roomId, now)
  t.deepEqual(texts(live(slider, roomId)), ['before', 'now'])
  await alice.client.sendTyping(roomId, true, 30_000)
  await slider.until('alice types', () => slider.room(roomId).getMember(alice.userId)?.typing)
  await slider.until('the message counts', () => counts(slider.room(roomId))[0] > 0)
  await slider.client.sendReadReceipt(slider.room(roomId).findEventById(now) ?? null)
  await slider.until('the count is gone', () => counts(slider.room(roomId))[0] === 0)
  await alice.client.sendReadReceipt(await seen(alice, roomId, now))
  await slider.until('the receipt shows', () => slider.room(roomId).getEventReadUpTo(alice.userId) === now)

  const { room_id: asked } = await alice.client.createRoom({ name: 'Asked', invite: [bob.userId] })
  await slider.until('the invitation comes', () => slider.client.getRoom(asked)?.getMyMembership() === KnownMembership.Invite)
  await slider.client.joinRoom(asked)
  await slider.until('the room is joined', () => slider.room(asked).getMyMembership() === KnownMembership.Join)
  const { event_id: welcome } = await alice.client.sendTextMessage(asked, 'welcome')
  await seen(slider, asked, welcome)
})
