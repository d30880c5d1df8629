import { sync } from '../../spec/client/sync.ts'
import { redactEvent, sendMessage } from '../../spec/client/room-send.ts'
import { getEvent } from '../../spec/client/timeline.ts'
import { check } from '../check.ts'
import { differ, equal, holds } from '../expect.ts'

const message = (body: string) => ({ msgtype: 'm.text', body })

export const roomSendChecks = [
  check('room-send/same-txn-id-same-event', { clause: sendMessage },
    'A repeated transaction ID answers with the event of the first request, and sends nothing.',
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const call = { roomId, eventType: 'm.room.message', txnId: 'one', body: message('once') }
      const first = await alice.ok(sendMessage, call)
      const second = await alice.ok(sendMessage, { ...call, body: message('twice') })
      equal(second.event_id, first.event_id, 'The event ID of the repeat')
      const sent = (await alice.messages(roomId)).filter(({ type }) => type === 'm.room.message')
      equal(sent.map(({ content }) => content['body']), ['once'], 'The messages in the room')
    }),
]
void redactEvent; void sync; void getEvent; void differ; void holds
