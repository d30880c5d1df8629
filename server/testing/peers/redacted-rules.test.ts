import { createFakePeer, refusing } from '../fake-peer.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createRedactedTextStore } from '../../storage/redacted-texts.ts'
import { createRedactionRetention } from '../../rooms/redaction-retention.ts'
import { ada, bob, eve, makeRoom } from './made-room.ts'
import { openWithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

const levels = { users: { [ada]: 100, [bob]: 50, [eve]: 50 }, state_default: 50, events_default: 0 }

forEachEngine(
  'the rules go on to see what a redacted event said, over restarts and when its text is erased',
  async (t, database, location) => {
    const erase = async () => {
      const redactedTexts = createRedactedTextStore({ database, location })
      const later = () => Date.now() + 1000
      await createRedactionRetention({ redactedTexts, period: 0, now: later, onError: (error) => t.fail(`${error}`) }).eraseDue()
    }
    for (const version of ['6', '10', '11']) {
      const room = makeRoom(version, `ruled-${version}`)
      for (const userId of [bob, eve]) room.join(userId)
      let server = openWithPeers(database)
      await receiving(server, room).receive(createFakePeer(room), ...room.events)
      for (const meanwhile of ['nothing', 'restart', 'erased']) {
        const given = { ...levels, invite: 75, notifications: { room: 75 }, note: `private ${meanwhile}` }
        const set = room.add(ada, 'm.room.power_levels', given, { stateKey: '' })
        const naming = { redacts: set.eventId }
        const taken = room.add(
          ada,
          'm.room.redaction',
          room.version.redactsInContent ? naming : {},
          room.version.redactsInContent ? {} : naming,
        )
        const peer = createFakePeer(room, refusing)
        t.deepEqual(await receiving(server, room).receive(peer, set, taken), ['accepted', 'accepted'])
        if (meanwhile === 'erased') await erase()
        if (meanwhile !== 'nothing') server = openWithPeers(database)
        const { receive, held } = receiving(server, room)

        const shown = (await held(set))!
        t.false(shown.json.includes('private') || shown.json.includes('notifications'))
        t.is(shown.json.includes('"invite"'), version === '11')
        // Who has 50 may neither take away nor give what is above that, and leaves it as it is.
        const lowered = room.make(bob, 'm.room.power_levels', levels, { stateKey: '' })
        t.deepEqual(await receive(peer, lowered), ['rejected'], `${version}, ${meanwhile}`)
        const draft = { roomId: room.roomId, sender: eve, type: 'm.room.power_levels', stateKey: '' }
        await t.throwsAsync(server.sendEvent({ ...draft, content: { ...levels } }), { message: /invite|room/ })
        const kept = room.add(bob, 'm.room.power_levels', { ...given, note: 'public' }, { stateKey: '' })
        t.deepEqual(await receive(peer, kept), ['accepted'], `${version}, ${meanwhile}`)
      }
    }
  },
)
