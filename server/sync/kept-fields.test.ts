import test from 'ava'
import { createFieldKeepingSync } from './kept-fields.ts'
import type { SyncRequest } from './sync.ts'
import { compileSyncFilter } from './sync-filter.ts'

const event = { type: 'm.room.message', event_id: '$a', content: { body: 'hi', msgtype: 'm.text' }, unsigned: { age: 1 } }
const response = {
  next_batch: 's1',
  rooms: {
    join: {
      '!a': {
        timeline: { events: [event], limited: true, prev_batch: 't1' },
        state: { events: [event] },
        ephemeral: { events: [{ type: 'm.typing', content: { user_ids: [] } }] },
        account_data: { events: [{ type: 'm.tag', content: { tags: {} } }] },
      },
    },
    invite: { '!b': { invite_state: { events: [event] } } },
    leave: { '!c': { timeline: { events: [event] }, state_after: { events: [event, event] } } },
  },
  account_data: { events: [event] },
}

const answerTo = async (filter: object, given: object = response): Promise<string> =>
  createFieldKeepingSync(async () => JSON.stringify(given))({ filter: compileSyncFilter({ ...filter }) } as unknown as SyncRequest)

test('events and state of rooms joined and left keep the fields that were asked for, all else comes whole', async (t) => {
  const kept = { event_id: '$a', content: { body: 'hi' } }
  const { join, leave } = response.rooms
  t.deepEqual(JSON.parse(await answerTo({ event_fields: ['event_id', 'content.body'] })), {
    ...response,
    rooms: {
      ...response.rooms,
      join: { '!a': { ...join['!a'], timeline: { ...join['!a'].timeline, events: [kept] }, state: { events: [kept] } } },
      leave: { '!c': { ...leave['!c'], timeline: { events: [kept] }, state_after: { events: [kept, kept] } } },
    },
  })
})

for (const [what, filter] of [
  ['no fields', {}],
  ['an empty list', { event_fields: [] }],
  ['something else than a list of texts', { event_fields: ['type', 1] }],
] as const) {
  test(`a filter with ${what} leaves the answer as it is`, async (t) => t.is(await answerTo(filter), JSON.stringify(response)))
}

test('an answer without rooms stays as it is', async (t) => {
  t.is(await answerTo({ event_fields: ['type'] }, { next_batch: 's2' }), '{"next_batch":"s2"}')
})
