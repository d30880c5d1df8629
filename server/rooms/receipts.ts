import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { ownString } from '../protocol/json-values.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { EventStore } from '../storage/events.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { ReceiptStore } from '../storage/receipts.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { ReceiptEntry } from '../storage/streams.ts'
import type { OpenAsMember } from './open-as-member.ts'
import type { Room } from './room.ts'
import { isInThread } from './thread-of.ts'
import type { Visibility } from './visibility.ts'
import { createLru } from '../storage/lru.ts'

/** How far somebody has read: the event, which must be one of the room's timeline that they may see. */
export interface ReadUpTo {
  readonly type: ReceiptEntry['type']
  readonly eventId: EventId
  /** The root of a thread, or `main`; absent: the whole room. Never with `m.fully_read`. */
  readonly threadId?: string | undefined
}

/**
 * Moves a member's receipts and read marker forward, all of them or none; what is older than what is there changes nothing.
 * client-server-api/#receipts, client-server-api/#fully-read-markers
 * @throws M_FORBIDDEN for who is not joined, M_NOT_FOUND for an event that the room has not, or that the reader may not see,
 * M_INVALID_PARAM when the event is not in the thread
 */
export type SendReceipts = (reader: { readonly userId: UserId; readonly roomId: RoomId }, marks: readonly ReadUpTo[]) => Promise<void>

interface Needs {
  openAsMember: OpenAsMember
  visibility: Pick<Visibility, 'sightOn'>
  events: Pick<EventStore, 'byId'>
  receipts: Pick<ReceiptStore, 'put' | 'ofUser'>
  accountData: Pick<AccountDataStore, 'put' | 'get'>
  identifiers: Pick<Identifiers, 'user'>
  now: () => number
}

/** By kind and thread: the position of the event up to which somebody has read. */
type Marks = Map<string, number>

interface Reader {
  readonly room: Room
  readonly userId: UserId
  readonly userNid: number
}

const marker = 'm.fully_read'
const notFound = () => new MatrixError('M_NOT_FOUND', 'This room has no such event that you can see; give the ID of one in its timeline.')

export function createSendReceipts({ openAsMember, visibility, events, receipts, accountData, identifiers, now }: Needs): SendReceipts {
  const kept = createLru<string, Promise<Marks>>(50_000)

  const readMarks = async ({ room, userNid }: Reader): Promise<Marks> => {
    const marks: Marks = new Map(
      (await receipts.ofUser(room.nid, userNid)).map(({ type, thread, eventPos }) => [`${type} ${thread}`, eventPos]),
    )
    const marked = ownString(await accountData.get(userNid, room.nid, marker), 'event_id')
    const event = marked === undefined ? undefined : await events.byId(marked as EventId)
    if (event?.pos !== undefined) marks.set(`${marker} `, event.pos)
    return marks
  }

  const marksOf = (reader: Reader): Promise<Marks> => {
    const name = `${reader.room.nid} ${reader.userNid}`
    let marks = kept.get(name)
    if (marks === undefined) {
      marks = readMarks(reader)
      marks.catch(() => kept.delete(name))
      kept.set(name, marks)
    }
    return marks
  }

  const find = async ({ room, userId }: Reader, eventId: EventId): Promise<StoredEvent & { pos: number }> => {
    const event = room.recent.find((recent) => recent.eventId === eventId) ?? (await events.byId(eventId))
    if (event === undefined || event.roomNid !== room.nid || event.pos === undefined) throw notFound()
    const sight = await visibility.sightOn(userId, room, [event])
    if (!sight.sees(event)) throw notFound()
    return event as StoredEvent & { pos: number }
  }

  const check = async (
    reader: Reader,
    { type, eventId, threadId }: ReadUpTo,
  ): Promise<{ type: ReceiptEntry['type']; thread: string; event: StoredEvent & { pos: number } }> => {
    if (threadId !== undefined && type === marker)
      throw new MatrixError('M_INVALID_PARAM', 'Leave out thread_id: the read marker is that of the whole room.')
    const event = await find(reader, eventId)
    if (threadId !== undefined && !(await isInThread(events, event, threadId))) {
      throw new MatrixError('M_INVALID_PARAM', `The event is not in the thread ${threadId}; give the root of its thread, or "main".`)
    }
    return { type, thread: threadId ?? '', event }
  }

  const store = (
    { room, userId, userNid }: Reader,
    type: ReceiptEntry['type'],
    thread: string,
    event: StoredEvent & { pos: number },
  ): Promise<void> => {
    const place = { roomId: room.roomId, nid: room.nid }
    return type === marker
      ? accountData.put({ userId, userNid, room: place, type: marker }, { event_id: event.eventId })
      : receipts.put(place, { userId, userNid, type, thread, eventId: event.eventId, eventPos: event.pos, ts: now() })
  }

  return async ({ userId, roomId }, marks) => {
    const room = await openAsMember(userId, roomId)
    const reader: Reader = { room, userId, userNid: await identifiers.user(userId) }
    const checked = await Promise.all(marks.map((mark) => check(reader, mark)))
    const before = await marksOf(reader)
    await Promise.all(
      checked.map(async ({ type, thread, event }) => {
        const name = `${type} ${thread}`
        if (event.pos <= (before.get(name) ?? 0)) return
        // Noted before it is durable, so that one that comes meanwhile cannot go back behind it.
        before.set(name, event.pos)
        try {
          await store(reader, type, thread, event)
        } catch (error) {
          kept.delete(`${room.nid} ${reader.userNid}`)
          throw error
        }
      }),
    )
  }
}
