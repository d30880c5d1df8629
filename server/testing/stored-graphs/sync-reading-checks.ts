import type { ExecutionContext } from 'ava'
import type { UserId } from '../../../spec/identifiers.ts'
import { keyOf, keyOfEvent } from '../room-graphs/naive-state.ts'
import { eventsBetween } from '../sync-client.ts'
import type { TestUser } from '../test-server.ts'
import { namesAt, seenBetween } from './sync-checks.ts'
import type { ModelRoom } from './sync-rooms.ts'

const pathOf = ({ roomId }: ModelRoom): string => `v3/rooms/${encodeURIComponent(roomId)}`
const idsOf = (events: readonly { event_id: string }[]): string[] => events.map(({ event_id }) => event_id)

/** Whether a user may read of a room at all: who is in it, was in it, or where all may. */
const mayRead = (room: ModelRoom, userId: UserId): boolean => {
  const visibility = room.current(room.history().length - 1).get(keyOf('m.room.history_visibility', ''))?.pdu.content
  return room.wasJoined(userId) || visibility?.['history_visibility'] === 'world_readable'
}

/** One event: told to who may see it alone, with what it replaced in the state before it, and what the user was then. */
const checkEvent = async (t: ExecutionContext, room: ModelRoom, user: TestUser, place: number, isSeen: boolean): Promise<void> => {
  const { event, before } = room.history()[place]!.placed
  const { status, body } = await user.call('GET', `${pathOf(room)}/event/${encodeURIComponent(event.eventId)}`)
  t.is(status === 200, isSeen, `${event.eventId} at ${place} ${isSeen ? 'may' : 'may not'} be read`)
  const context = await user.call('GET', `${pathOf(room)}/context/${encodeURIComponent(event.eventId)}?limit=10`)
  t.is(context.status === 200, isSeen, `the context of ${event.eventId}`)
  if (status !== 200 || context.status !== 200) return
  const { type, state_key: stateKey, content } = event.pdu
  const member = type === 'm.room.member' && stateKey === user.userId ? event : before.get(keyOf('m.room.member', user.userId))
  t.is(body.unsigned.membership, member?.pdu.content['membership'] ?? 'leave', `the reader's membership at ${event.eventId}`)
  if (stateKey !== undefined) t.is(body.unsigned.replaces_state, before.get(keyOfEvent(event))?.eventId, `what ${event.eventId} replaced`)
  const seen = new Set(seenBetween(room, user.userId as UserId, -1, Number.MAX_SAFE_INTEGER))
  const around = [...context.body.events_before, ...context.body.events_after]
  for (const eventId of idsOf(around)) t.true(seen.has(eventId), `${eventId}, around ${event.eventId}, may be seen`)
  const relation = content['m.relates_to'] as { rel_type: string } | undefined
  if (type !== 'm.room.message' || relation !== undefined) return
  const children = childrenOf(room, event.eventId).filter(({ eventId }) => seen.has(eventId))
  const related = await user.ok(
    'GET',
    `v1/rooms/${encodeURIComponent(room.roomId)}/relations/${encodeURIComponent(event.eventId)}?limit=100`,
  )
  t.deepEqual(idsOf(related.chunk).toSorted(), children.map(({ eventId }) => eventId).toSorted(), 'what relates to it')
  const inThread = children.filter(({ relType }) => relType === 'm.thread')
  const bundle = body.unsigned['m.relations']
  t.is(bundle?.['m.thread']?.count, inThread.length === 0 ? undefined : inThread.length, 'the thread as it is bundled')
  const references = children.filter(({ relType }) => relType === 'm.reference').map(({ eventId }) => eventId)
  t.deepEqual(idsOf(bundle?.['m.reference']?.chunk ?? []).toSorted(), references.toSorted(), 'references as they are bundled')
}

/** What relates to an event and was not redacted. */
const childrenOf = (room: ModelRoom, target: string): { eventId: string; relType: string }[] =>
  room.history().flatMap(({ placed: { event } }) => {
    const relation = event.pdu.content['m.relates_to'] as { event_id: string; rel_type: string } | undefined
    return relation?.event_id === target && !room.isRedacted(event.eventId) ? [{ eventId: event.eventId, relType: relation.rel_type }] : []
  })

const checkState = async (t: ExecutionContext, room: ModelRoom, user: TestUser): Promise<void> => {
  const userId = user.userId as UserId
  const last = room.history().length - 1
  const told = new Map<string, string>(
    (await user.ok('GET', `${pathOf(room)}/state`)).map((one: { type: string; state_key: string; event_id: string }) => [
      `${one.type} ${one.state_key}`,
      one.event_id,
    ]),
  )
  // Who is out of the room has it as it was before, and how they went.
  const isOut = room.wasJoined(userId) && room.membershipAt(userId, last) !== 'join'
  const own = `m.room.member ${userId}`
  const expected = namesAt(room, isOut ? room.leftAt(userId) - 1 : last)
  const member = namesAt(room, isOut ? room.leftAt(userId) : last).get(own)
  expected.delete(own)
  if (member !== undefined) expected.set(own, member)
  t.deepEqual(new Map([...told].toSorted()), new Map([...expected].toSorted()), 'the state')
}

/** Checks all ways of reading a room, for one user. */
export const checkReading = async (t: ExecutionContext, room: ModelRoom, user: TestUser): Promise<void> => {
  const userId = user.userId as UserId
  const messages = await user.call('GET', `${pathOf(room)}/messages?dir=f&limit=100`)
  t.is(messages.status === 200, mayRead(room, userId), 'whether the room may be read')
  const seen = mayRead(room, userId) ? room.visibleTo(userId) : []
  for (const [place] of room.history().entries()) await checkEvent(t, room, user, place, seen.includes(place))
  if (messages.status !== 200) return
  const all = seenBetween(room, userId, -1, Number.MAX_SAFE_INTEGER)
  t.deepEqual(idsOf(messages.body.chunk), all, 'the timeline, forwards')
  t.deepEqual(await eventsBetween(user, room.roomId, 't9999999', undefined), all, 'the timeline, backwards')
  await checkState(t, room, user)
}

/** The members as a token of an earlier sync has them. */
export const checkMembersAt = async (
  t: ExecutionContext,
  room: ModelRoom,
  user: TestUser,
  at: { token: string; pos: number },
): Promise<void> => {
  if (room.membershipAt(user.userId as UserId, room.history().length - 1) !== 'join') return
  const { chunk } = await user.ok('GET', `${pathOf(room)}/members?at=${encodeURIComponent(at.token)}`)
  const expected = [...namesAt(room, room.placeAt(at.pos))]
    .filter(([name]) => name.startsWith('m.room.member '))
    .map(([, eventId]) => eventId)
  t.deepEqual(idsOf(chunk).toSorted(), expected.toSorted(), 'the members of then')
}
