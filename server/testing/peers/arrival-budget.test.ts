import { countReads, forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer } from '../fake-peer.ts'
import { ada, bob, makeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

/** Places of what is named, whether it closes a gap, redactions of it that came before; of a known key no more. */
const straight = 3
/** And the places of the ends, where there are several. */
const forked = straight + 1

forEachEngine('what arrives asks storage for nothing that was read before: so many queries and no more', async (t, database) => {
  const room = makeRoom('12', 'budget')
  room.join(bob)
  const { counted, queries } = countReads(database)
  const { receive } = receiving(openWithPeers(counted), room)
  const peer = createFakePeer(room)
  await receive(peer, ...room.events)
  const arrives = async (): Promise<number> => {
    const before = queries.length
    t.deepEqual(await receive(peer, room.last()), ['accepted'])
    return queries.length - before
  }
  const topic = () => room.add(ada, 'm.room.topic', { topic: `topic ${room.events.length}` }, { stateKey: '' })
  const first = [topic(), room.say(bob, 'the first message')]
  t.deepEqual(await receive(peer, ...first), ['accepted', 'accepted'])
  for (let i = 0; i < 6; i++) {
    if (i % 2 === 0) topic()
    else room.say(bob, `message ${i}`)
    t.is(await arrives(), straight, `event ${i}`)
  }
  const fork = room.last()
  for (const [i, sender] of [ada, bob, ada, bob].entries()) {
    room.say(sender, `branch ${i}`, { after: [fork] })
    t.is(await arrives(), i === 0 ? straight : forked, `branch ${i}`)
  }
})
