import test from 'ava'
import type { EventId } from '../../../spec/identifiers.ts'
import { testEvent } from '../../protocol/test-event.ts'
import type { Place } from '../../storage/place.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { extremitiesAfter } from './extremities.ts'

const idOf = (nid: number): EventId => `$${nid}`
const place = (nid: number): Place => ({
  nid,
  eventId: idOf(nid),
  roomNid: 1,
  skeyNid: undefined,
  stateBefore: 0,
  overlay: undefined,
  met: 0,
  status: nid % 2 === 0 ? eventStatus.rejected : eventStatus.softFailed,
})

/** A chain of refused events without end, each following the one of the next number, which counts how many are read. */
const endless = () => {
  let read = 0
  return {
    read: () => read,
    places: async (ids: readonly EventId[]) => new Map(ids.map((id) => [id, place(Number(id.slice(1)))])),
    events: async (nids: readonly number[]) => {
      read += nids.length
      if (read > 50_000) throw new Error('The walk does not end.')
      const eventOf = (nid: number) => testEvent({ type: 'x', sender: '@a:x', prev_events: [idOf(nid + 1)] }, { eventId: idOf(nid) })
      return new Map(nids.map((nid) => [nid, eventOf(nid)]))
    },
  }
}

test('what lies behind refused events that an event follows is an end no more, as far back as is looked', async (t) => {
  const graph = endless()
  const ends = await extremitiesAfter(graph, [idOf(3), idOf(900), idOf(40_000), '$other'], '$arriving', [place(1)])
  t.deepEqual(ends, [idOf(40_000), '$other', '$arriving'])
  t.true(graph.read() <= 1000, `${graph.read()} events read`)
})
