import type { EventId, UserId } from '../../../spec/identifiers.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { createFakePeer, refusing } from '../fake-peer.ts'
import { ada, bob, eve, makeRoom, type MadeRoom } from './made-room.ts'
import { openWithPeers, type WithPeers } from './open-with-peers.ts'
import { receiving } from './receiving.ts'

const noneBetween = () => ({ missingEvents: async () => [] })

const readBack = async ({ timeline }: WithPeers, { roomId }: MadeRoom, userId: UserId): Promise<EventId[]> => {
  const { chunk } = await timeline.page({ userId, deviceNid: undefined }, roomId, { backwards: true, limit: 1000 })
  return chunk.map((text): EventId => JSON.parse(text).event_id)
}

forEachEngine(
  'the past is shown by the rules of visibility: to who has been there since, and to strangers where all may read',
  async (t, database) => {
    for (const visibility of ['shared', 'joined', 'world_readable']) {
      const room = makeRoom('11', `past-${visibility}`)
      if (visibility !== 'shared') room.add(ada, 'm.room.history_visibility', { history_visibility: visibility }, { stateKey: '' })
      const past = room.say(ada, 'in the past')
      const joined = room.join(eve)
      const gone: UserId = '@gone:here.example'
      room.join(gone)
      room.add(gone, 'm.room.member', { membership: 'leave' }, { stateKey: gone })
      room.say(ada, 'after')
      const server = openWithPeers(database)
      const { receive } = receiving(server, room)
      const peer = createFakePeer(room, noneBetween)
      await receive(peer, ...room.events.slice(room.events.indexOf(joined)))
      t.true((await server.backfill(peer, room.roomId)).isWhole)
      for (const one of [server, openWithPeers(database)]) {
        for (const userId of [eve, gone])
          t.is((await readBack(one, room, userId)).includes(past.eventId), visibility !== 'joined', `${visibility}: ${userId}`)
        const stranger = readBack(one, room, '@stranger:here.example')
        if (visibility === 'world_readable') t.true((await stranger).includes(past.eventId))
        else await t.throwsAsync(stranger, { message: /not in this room/ })
      }
    }
  },
)

forEachEngine('what closes a gap by coming itself is no end, even where it was held for others before', async (t, database) => {
  const room = makeRoom('11', 'closing')
  room.join(eve)
  const server = openWithPeers(database)
  const { receive, ends, gaps, current, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const old = room.last()
  const joined = room.join(bob)
  const spoken = room.say(bob, 'spoken')
  const asked = createFakePeer(room, noneBetween)
  // His join is fetched for what cites it, and missing before it all the same.
  t.deepEqual(await receive(asked, spoken), ['accepted'])
  t.like(await held(joined), { status: eventStatus.outlier, pos: undefined })
  t.deepEqual(await gaps(), [joined.eventId])
  const [endsThen, stateThen] = [await ends(), await current()]
  t.deepEqual(endsThen.toSorted(), [old.eventId, spoken.eventId].toSorted())
  // Held for others once more it closes nothing.
  await receive(createFakePeer(room, refusing), room.make(bob, 'm.room.message', { body: 'beside' }, { after: [spoken] }))
  t.deepEqual(await gaps(), [joined.eventId])
  const restarted = openWithPeers(database)
  const again = receiving(restarted, room)
  const endsBefore = await again.ends()
  t.deepEqual(await again.receive(createFakePeer(room, refusing), joined), ['accepted'])
  t.deepEqual(await again.ends(), endsBefore)
  t.deepEqual(await again.current(), stateThen)
  t.deepEqual(await again.gaps(), [])
  t.is((await again.timeline()).at(-1)!.eventId, joined.eventId)
  t.like(await held(joined), { status: eventStatus.past })
})

forEachEngine('an event that was missing, and is then held for others, is missing still', async (t, database) => {
  const room = makeRoom('11', 'still-missing')
  room.join(eve)
  const server = openWithPeers(database)
  const { receive, ends, gaps, held } = receiving(server, room)
  await receive(createFakePeer(room), ...room.events)
  const old = room.last()
  const joined = room.join(bob)
  const behind = room.say(ada, 'behind')
  t.deepEqual(
    // The state is told of before the join, so that nothing else brings it in.
    await receive(
      createFakePeer(room, (honest) => ({ ...noneBetween(), stateIds: (roomId) => honest.stateIds(roomId, joined.eventId) })),
      behind,
    ),
    ['accepted'],
  )
  t.is(await held(joined), undefined)
  t.deepEqual(await gaps(), [joined.eventId])
  const cites = [room.events[0]!, room.events[2]!, joined]
  const aside = room.make(bob, 'm.room.message', { body: 'aside' }, { after: [old], auth: cites })
  t.deepEqual(await receive(createFakePeer(room, noneBetween), aside), ['rejected'])
  t.like(await held(joined), { status: eventStatus.outlier })
  t.deepEqual(await gaps(), [joined.eventId])
  const endsThen = await ends()
  t.deepEqual(await receive(createFakePeer(room, refusing), joined), ['accepted'])
  t.deepEqual(await ends(), endsThen)
  t.deepEqual(await gaps(), [])
})

forEachEngine(
  'who came late takes for past what is older than their coming alone: a gap in what came since is none',
  async (t, database) => {
    const room = makeRoom('11', 'late-gap')
    room.join(bob)
    room.say(bob, 'past')
    const joined = room.join(eve)
    const here = [joined, room.say(bob, 'here')]
    const gap = [room.say(bob, 'in the gap'), room.say(ada, 'in it, too')]
    const behind = room.say(bob, 'behind')
    const server = openWithPeers(database)
    const { receive, timeline, open } = receiving(server, room)
    const peer = createFakePeer(room, noneBetween)
    t.deepEqual(await receive(peer, ...here), ['accepted', 'accepted'])
    t.deepEqual(await receive(peer, behind), ['accepted'])
    t.true((await server.backfill(peer, room.roomId)).isWhole)
    const past = room.events.slice(0, room.events.indexOf(joined))
    const shown = await timeline()
    t.deepEqual(
      shown.map(({ eventId }) => eventId),
      [...past, ...here, behind, ...gap].map(({ eventId }) => eventId),
    )
    t.deepEqual(
      shown.map(({ pos }) => pos! < 0),
      shown.map((_, at) => at < past.length),
    )
    t.is((await open()).beginning, -past.length - 1)
  },
)
