import type { UserId } from '../../spec/identifiers.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testRooms } from './test-rooms.ts'

const alice: UserId = '@alice:hs'

forEachEngine('rooms that one person makes alike at one moment are different rooms', async (t, database) => {
  const { newRoom } = testRooms(database)
  for (const id of ['11', '12']) {
    const events = [
      { sender: alice, type: 'm.room.create', stateKey: '', content: { room_version: id } },
      { sender: alice, type: 'm.room.member', stateKey: alice, content: { membership: 'join' } },
    ]
    const made = await Promise.all(Array.from({ length: 20 }, () => newRoom(roomVersion(id)!, events)))
    t.is(new Set(made.map(({ room }) => room.roomId)).size, 20)
  }
})
