import type { Event } from './event.ts'
import type { StateLookup } from './state-map.ts'

/** What tells a room apart from others, without a look into it; the create event first, which must never be missing. client-server-api/#stripped-state */
const tellingTypes = [
  'm.room.create',
  'm.room.join_rules',
  'm.room.canonical_alias',
  'm.room.name',
  'm.room.avatar',
  'm.room.topic',
  'm.room.encryption',
] as const

/**
 * The state of a room that is shown to somebody who is invited or knocks: what the room is, their own membership, and who gave it to them.
 * Clients get it as `strippedState`, in `invite_state` and `knock_state`; other servers get the whole PDUs, in `invite_room_state` and
 * `knock_room_state`. server-server-api/#inviting-to-a-room
 * @param lookup must know the memberships of the user and of whoever has sent the user's
 */
export const stateShownTo = (lookup: StateLookup, userId: string): Event[] => {
  const own = lookup('m.room.member', userId)
  const from = own === undefined || own.pdu.sender === userId ? undefined : lookup('m.room.member', own.pdu.sender)
  return [...tellingTypes.map((type) => lookup(type, '')), own, from].filter((event) => event !== undefined)
}
