import type { ExecutionContext } from 'ava'
import type { UserId } from '../../../spec/identifiers.ts'
import type { SlidingAnswer, SlidingClient, SlidRoom } from '../sliding-client.ts'
import { checkKnown, seenBetween } from './sync-checks.ts'
import type { ModelRoom } from './sync-rooms.ts'
import type { BranchWorld } from './sync-world.ts'

/** How a sliding client asks: it keeps to this. */
export interface SlidingManner {
  readonly lazy: boolean
  readonly timelineLimit: number
}

/** One request over all rooms. */
export const slideOverAll = ({ user, pos }: SlidingClient, { lazy, timelineLimit }: SlidingManner): Promise<SlidingAnswer> => {
  const required_state = [['*', '*'], ...(lazy ? [['m.room.member', '$LAZY']] : [])]
  const query = new URLSearchParams({ timeout: '0', ...(pos !== undefined && { pos }) })
  return user.ok('POST', `unstable/org.matrix.simplified_msc3575/sync?${query}`, {
    lists: { recent: { ranges: [[0, 99]], timeline_limit: timelineLimit, required_state } },
  })
}

const checkJoined = (
  t: ExecutionContext,
  room: ModelRoom,
  userId: UserId,
  known: SlidRoom,
  told: { place: number; lazy: boolean; speakers: readonly string[] },
): void => {
  const seen = seenBetween(room, userId, -1, told.place)
  t.deepEqual(known.timeline, seen.slice(seen.length - known.timeline.length), 'the end of the timeline')
  // Here one is told of what is gone.
  checkKnown(t, room, known.state, { ...told, isNew: true })
  const joined = [...room.current(told.place).values()].filter(
    ({ pdu }) => pdu.type === 'm.room.member' && pdu.content['membership'] === 'join',
  )
  t.is(known.joined, joined.length, 'how many are joined')
}

/** Checks what a client makes of rooms after an answer, at the head of the log. */
export const checkSlid = (
  t: ExecutionContext,
  { rooms }: BranchWorld,
  { user, rooms: known }: SlidingClient,
  { lazy }: SlidingManner,
  answer: SlidingAnswer,
): void => {
  const userId = user.userId as UserId
  t.truthy(answer.pos)
  for (const room of rooms) {
    const place = room.history().length - 1
    const membership = room.membershipAt(userId, place)
    const slid = known.get(room.roomId)
    const wire = answer.rooms[room.roomId]
    const speakers = (wire?.timeline ?? []).map((event) => (event as { sender?: string }).sender!)
    if (membership === 'join' && slid === undefined) t.fail('a room is not told')
    else if (membership === 'join') checkJoined(t, room, userId, slid!, { place, lazy, speakers })
    else if (membership === 'invite' || membership === 'knock') t.is(slid?.membership, membership)
    // After a restart nobody is told what becomes of rooms that they were out of before.
    else if (slid !== undefined) t.true(slid.membership === 'leave' || slid.membership === 'ban', 'the end of a membership is told')
    const seen = new Set(seenBetween(room, userId, -1, place))
    for (const { event_id } of wire?.timeline ?? []) t.true(seen.has(event_id), `${event_id} may be seen`)
  }
}
