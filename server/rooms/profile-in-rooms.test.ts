import type { UserId } from '../../spec/identifiers.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createForgetRoom } from './forget-room.ts'
import { createLeaveAllRooms, createPropagateProfile } from './profile-in-rooms.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'

forEachEngine('a new name reaches joined rooms, once, and leaves other keys of the membership alone', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const propagate = createPropagateProfile(deeds)
  const rooms = [await deeds.createRoom(alice, {}), await deeds.createRoom(alice, {}), await deeds.createRoom(bob, { invite: [alice] })]
  await deeds.setState({
    roomId: rooms[0]!,
    sender: alice,
    type: 'm.room.member',
    stateKey: alice,
    content: { membership: 'join', displayname: 'Al', mood: 'x' },
  })
  await propagate(alice, { displayname: 'Alice', avatar_url: 'mxc://hs/a' })
  const memberIn = async (i: number) => {
    const room = (await deeds.roomStates.open(rooms[i]!))!
    await deeds.roomStates.loadMembers(room, [alice])
    return room.members.get(alice)?.pdu.content
  }
  t.deepEqual(await memberIn(0), { membership: 'join', mood: 'x', displayname: 'Alice', avatar_url: 'mxc://hs/a' })
  t.deepEqual(await memberIn(1), { membership: 'join', displayname: 'Alice', avatar_url: 'mxc://hs/a' })
  t.is((await memberIn(2))?.['membership'], 'invite')
  const head = database.head()
  await propagate(alice, { displayname: 'Alice', avatar_url: 'mxc://hs/a' })
  t.is(database.head(), head)
  await propagate(alice, { displayname: undefined, avatar_url: undefined })
  t.deepEqual(await memberIn(1), { membership: 'join' })
})

forEachEngine('whoever goes leaves all rooms and turns invites down; forgetting asks for leaving first', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice', 'bob')
  const forget = createForgetRoom(deeds)
  const [own, invited] = [await deeds.createRoom(alice, {}), await deeds.createRoom(bob, { invite: [alice] })]
  await t.throwsAsync(forget(own, alice), { message: /Leave the room/ })
  await t.throwsAsync(forget(invited, alice), { message: /Leave the room/ })
  await t.throwsAsync(forget(own, bob), { message: /no such room/ })
  await createLeaveAllRooms(deeds)(alice)
  const nid = await deeds.identifiers.user(alice)
  t.deepEqual(
    (await deeds.memberships.ofUser(nid)).map(({ membership }) => membership),
    ['leave', 'leave'],
  )
  await forget(own, alice)
  await forget(own, alice)
  t.true((await deeds.memberships.ofUser(nid)).find(({ roomId }) => roomId === own)?.forgotten)
})
