import type { Content, RoomEvent } from '../matrix/event.ts'

let count = 0

/** An event for tests; what is not given is made up. */
export const eventOf = (fields: Partial<RoomEvent> & { readonly content?: Content } = {}): RoomEvent => {
  count += 1
  return {
    event_id: `$event${count}`,
    type: 'm.room.message',
    sender: '@alice:example.org',
    origin_server_ts: 1_750_000_000_000 + count * 1_000,
    content: { msgtype: 'm.text', body: `message ${count}` },
    ...fields,
  }
}

/** A message of a person. */
export const said = (event_id: string, body: string, sender = '@alice:example.org', more: Partial<RoomEvent> = {}): RoomEvent =>
  eventOf({ event_id, sender, content: { msgtype: 'm.text', body }, ...more })
