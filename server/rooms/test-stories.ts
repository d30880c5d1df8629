import type { RoomId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { alice, bob, type testReading } from './test-reading.ts'

type Reading = ReturnType<typeof testReading>

/** What can happen to bob in a room of alice's; `see …` changes the room's history visibility. */
export type Deed =
  | 'message'
  | 'join'
  | 'leave'
  | 'invite'
  | 'ban'
  | 'unban'
  | 'kick'
  | 'rename'
  | `see ${'world_readable' | 'shared' | 'invited' | 'joined' | 'nonsense'}`
export const deeds: readonly Deed[] = [
  'message',
  'message',
  'message',
  'join',
  'join',
  'leave',
  'invite',
  'ban',
  'unban',
  'kick',
  'rename',
  'see world_readable',
  'see shared',
  'see invited',
  'see joined',
  'see nonsense',
]

/** Does what the rules allow; what they forbid does not happen. */
export async function act(reading: Reading, roomId: RoomId, deed: Deed, i: number, more: JsonObject = {}): Promise<void> {
  const { member, say, state } = reading
  const done = () => {
    switch (deed) {
      case 'message':
        return say(roomId, alice, `m${i}`, more)
      case 'rename':
        return state(roomId, bob, 'm.room.member', { membership: 'join', displayname: `Bob ${i}` }, bob)
      case 'join':
      case 'leave':
        return member(roomId, bob, deed)
      case 'invite':
      case 'ban':
        return member(roomId, alice, deed, bob)
      case 'unban':
      case 'kick':
        return member(roomId, alice, 'leave', bob)
      default:
        return state(roomId, alice, 'm.room.history_visibility', { history_visibility: deed.slice(4) })
    }
  }
  await done().catch((error: { errcode?: string }) => {
    if (error.errcode !== 'M_FORBIDDEN') throw error
  })
}

/** What the specification says, event by event and word by word, with nothing clever: the oracle. */
export function visibleByRules(events: readonly StoredEvent[]): Set<string> {
  const visible = new Set<string>()
  let visibility: unknown = 'shared'
  let membership: unknown = 'leave'
  const understood = (value: unknown) => (['world_readable', 'invited', 'joined'].includes(String(value)) ? value : 'shared')
  const joins = (event: StoredEvent) =>
    event.type === 'm.room.member' && event.stateKey === bob && event.pdu.content['membership'] === 'join'
  for (const [i, event] of events.entries()) {
    const allowed = (v: unknown, m: unknown) =>
      v === 'world_readable' || m === 'join' || (v === 'shared' && events.slice(i + 1).some(joins)) || (m === 'invite' && v === 'invited')
    const before = { visibility, membership }
    if (event.type === 'm.room.history_visibility') visibility = understood(event.pdu.content['history_visibility'])
    if (event.type === 'm.room.member' && event.stateKey === bob) membership = event.pdu.content['membership']
    if (allowed(before.visibility, before.membership) || allowed(visibility, membership)) visible.add(event.eventId)
  }
  return visible
}
