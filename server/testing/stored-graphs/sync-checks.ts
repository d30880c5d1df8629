import type { ExecutionContext } from 'ava'
import type { UserId } from '../../../spec/identifiers.ts'
import { pick } from '../room-deeds.ts'
import { keyOf } from '../room-graphs/naive-state.ts'
import { applySection, eventsBetween, newRoom, type SyncAnswer, type SyncClient, type WireSection } from '../sync-client.ts'
import { stateName } from '../sync-oracle.ts'
import type { ModelRoom } from './sync-rooms.ts'
import type { BranchWorld } from './sync-world.ts'

const ids = (events: readonly { event_id: string }[]): string[] => events.map(({ event_id }) => event_id)
const isMember = (name: string): boolean => name.startsWith('m.room.member ')

/** The state of a place as clients know it. */
export const namesAt = (room: ModelRoom, place: number): Map<string, string> =>
  new Map([...room.current(place).values()].map(({ eventId, pdu }) => [stateName(pdu.type, pdu.state_key), eventId]))

/** What a user may see from behind one place up to another. */
export const seenBetween = (room: ModelRoom, userId: UserId, after: number, upTo: number): string[] =>
  room
    .visibleTo(userId)
    .filter((place) => place > after && place <= upTo)
    .map((place) => room.history()[place]!.placed.event.eventId)

/**
 * Whether a client has a room's state right. Of what a resolution took away altogether no sync can tell: there it may have what
 * once was current.
 */
export const checkKnown = (
  t: ExecutionContext,
  room: ModelRoom,
  known: ReadonlyMap<string, string>,
  { place, lazy, isNew, speakers }: { place: number; lazy: boolean; isNew: boolean; speakers: readonly string[] },
): void => {
  const actual = namesAt(room, place)
  for (const [name, eventId] of actual)
    if (known.has(name) || !lazy || !isMember(name)) t.is(known.get(name), eventId, `${name} is known as it is`)
  for (const [name, eventId] of known) {
    if (actual.has(name)) continue
    const was = room.history().some((_, earlier) => earlier <= place && namesAt(room, earlier).get(name) === eventId)
    t.true(!isNew && was, `${name} is not in the state`)
  }
  for (const speaker of speakers) {
    const name = stateName('m.room.member', speaker)
    t.true(known.has(name) || !actual.has(name), `${speaker}, who speaks, is known`)
  }
}

/** One sync, with a timeline limit that changes from call to call. */
export const askForBranches = async (
  { random }: BranchWorld,
  { user, manner, since }: SyncClient,
): Promise<{ answer: SyncAnswer; limit: number }> => {
  const limit = pick(random, [1, 2, 3, 5, 100])
  const filter = JSON.stringify({ room: { timeline: { limit }, state: { lazy_load_members: manner.lazy } } })
  const query = new URLSearchParams({ filter, timeout: '0', use_state_after: String(manner.stateAfter) })
  if (since !== undefined) query.set('since', since)
  return { answer: await user.ok('GET', `v3/sync?${query}`), limit }
}

/** What the timeline of a section tells, with what lies in the gap before it. */
const toldBy = async ({ user }: SyncClient, roomId: string, section: WireSection, since: string | undefined): Promise<string[]> => {
  const isWhole = since !== undefined && !section.timeline.limited
  const before = isWhole ? [] : await eventsBetween(user, roomId, section.timeline.prev_batch, since)
  return [...before, ...ids(section.timeline.events)]
}

const checkJoined = async (
  t: ExecutionContext,
  room: ModelRoom,
  client: SyncClient,
  section: WireSection | undefined,
  { head, limit }: { head: number; limit: number },
): Promise<void> => {
  const userId = client.user.userId as UserId
  const place = room.placeAt(head)
  const isNew = client.since === undefined || room.positionOf(room.memberSince(userId)) > client.pos
  if (isNew) client.rooms.set(room.roomId, newRoom())
  if (isNew && section === undefined) return t.fail('a new room is not told')
  t.true((section?.timeline.events.length ?? 0) <= limit)
  const told = section === undefined ? [] : await toldBy(client, room.roomId, section, isNew ? undefined : client.since)
  t.deepEqual(told, seenBetween(room, userId, isNew ? -1 : room.placeAt(client.pos), place), 'what happened')
  const known = client.rooms.get(room.roomId)
  if (known === undefined) return t.fail('a room that was told before has not been')
  if (section !== undefined) applySection(known, section, client.manner)
  if (section !== undefined) t.deepEqual(known.unread, room.unread(userId), 'unread counts')
  const speakers = section?.timeline.events.map(({ sender }) => sender) ?? []
  checkKnown(t, room, known.state, { place, lazy: client.manner.lazy, isNew, speakers })
}

/** The user is not in the room: the end of their membership is told once, with what led to it, and nothing that they may not know. */
const checkLeft = async (t: ExecutionContext, room: ModelRoom, client: SyncClient, section: WireSection | undefined): Promise<void> => {
  const userId = client.user.userId as UserId
  const end = room.memberChanged(userId)
  if (client.since === undefined || end < 0 || room.positionOf(end) <= client.pos)
    return void t.is(section, undefined, 'a room that was left is not told again')
  if (section === undefined) return t.fail('the end of a membership is not told')
  const own = room.current(end).get(keyOf('m.room.member', userId))?.eventId
  const entries = [...(section.state?.events ?? []), ...(section.state_after?.events ?? [])]
  if (!room.wasJoined(userId)) {
    t.deepEqual(ids(section.timeline.events), own === undefined ? [] : [own], 'a refused invitation')
    return
  }
  const from = room.placeAt(client.pos)
  t.deepEqual(await toldBy(client, room.roomId, section, client.since), seenBetween(room, userId, from, end), 'what led to the end')
  const before = new Set(room.history().flatMap((_, place) => (place < end ? [...namesAt(room, place).values()] : [])))
  const seen = new Set(seenBetween(room, userId, -1, end))
  for (const eventId of ids(entries))
    t.true(before.has(eventId) || seen.has(eventId) || eventId === own, `${eventId} is not told to who is gone`)
  const timeline = section.timeline.events
  const at = [...entries, ...timeline].findLast(({ type, state_key: key }) => type === 'm.room.member' && key === userId)
  if (own !== undefined && room.membershipAt(userId, from) === 'join') t.is(at?.event_id, own, 'by which event one is out')
}

/** Checks all that a sync answered up to a position. */
export const checkAnswer = async (
  t: ExecutionContext,
  { rooms }: BranchWorld,
  client: SyncClient,
  answer: SyncAnswer,
  asked: { head: number; limit: number },
): Promise<void> => {
  const userId = client.user.userId as UserId
  for (const room of rooms) {
    const of = <T>(part: { [roomId: string]: T } | undefined): T | undefined => part?.[room.roomId]
    const [joined, left, invited, knocked] = [
      of(answer.rooms?.join),
      of(answer.rooms?.leave),
      of(answer.rooms?.invite),
      of(answer.rooms?.knock),
    ]
    const membership = room.membershipAt(userId, room.placeAt(asked.head))
    t.true(membership === 'join' || joined === undefined)
    t.true(membership === 'leave' || membership === 'ban' || left === undefined)
    const isNews = room.positionOf(room.memberChanged(userId)) > client.pos
    t.is(invited !== undefined, membership === 'invite' && isNews, 'an invitation is told once')
    t.is(knocked !== undefined, membership === 'knock' && isNews, 'a knock is told once')
    if (membership === 'join') await checkJoined(t, room, client, joined, asked)
    else if (membership === 'leave' || membership === 'ban') await checkLeft(t, room, client, left)
  }
}
