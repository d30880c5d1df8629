import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { redactPdu } from '../protocol/redaction.ts'
import type { EventStore } from '../storage/events.ts'
import type { RelationStore, ThreadReply } from '../storage/relations.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { threadsOf, type ThreadCount } from './bundled-relations.ts'
import type { ClientEvents } from './client-events.ts'
import type { Asking, Reading, RoomReading } from './room-reading.ts'
import { scanTimeline } from './timeline-scan.ts'
import type { TimelineTokens } from './timeline-token.ts'
import type { Visibility } from './visibility.ts'

/** A page of a room's threads: their roots as JSON text. */
export interface PageOfThreads {
  readonly chunk: readonly string[]
  readonly nextBatch?: string
}

export interface ThreadsRequest {
  readonly from?: string | undefined
  readonly limit: number
  /** Only threads that the reader began or replied in. */
  readonly participated: boolean
}

/**
 * Lists a room's threads, the one with the newest reply first, by what the reader sees of them.
 * One that gets a reply while its reader pages moves to the front. client-server-api/#querying-threads-in-a-room
 * @throws M_FORBIDDEN for who may not read the room, M_INVALID_PARAM for a foreign token
 */
export type ThreadsPage = (asking: Asking, roomId: RoomId, request: ThreadsRequest) => Promise<PageOfThreads>

interface Needs {
  roomReading: RoomReading
  visibility: Visibility
  clientEvents: ClientEvents
  events: Pick<EventStore, 'byIds'>
  relations: Pick<RelationStore, 'counts' | 'threadReplies'>
  tokens: TimelineTokens
}

/** Threads given at once, at most. */
const mostAtOnce = 100

/** A thread, at the place of its newest reply. */
interface Placed {
  readonly pos: number
  readonly root: StoredEvent
}

export function createThreadsPage({ roomReading, visibility, clientEvents, events, relations, tokens }: Needs): ThreadsPage {
  /** What a reader sees of threads, each counted once a page. */
  const threadsSeenBy = ({ room, reader, head }: Reading) => {
    const seen = new Map<EventId, ThreadCount | undefined>()
    const look = async (targets: readonly EventId[]) => {
      const scope = { roomNid: room.nid, targets, upTo: head, without: [...reader.ignored] }
      const counts = targets.length === 0 ? [] : await relations.counts(scope, reader.userNid)
      const sight = await visibility.sightOn(reader.userId, room, counts)
      const threads = threadsOf(counts.filter((count) => sight.seesAt(count)))
      for (const target of targets) seen.set(target, threads.get(target))
      return sight.span
    }
    return { seen, look }
  }

  const readableRoots = async ({ room, reader }: Reading, rootIds: readonly EventId[]): Promise<Map<EventId, StoredEvent>> => {
    const roots = (await events.byIds(rootIds)).filter(({ roomNid, stateKey }) => roomNid === room.nid && stateKey === undefined)
    const sight = await visibility.sightOn(reader.userId, room, roots)
    return new Map(roots.filter(sight.sees).map((root) => [root.eventId, root]))
  }

  /** What keeps of replies those that are the newest of a thread, as the reader sees it. */
  const keeping = (reading: Reading, participated: boolean) => {
    const { seen, look } = threadsSeenBy(reading)
    const takesPart = (root: StoredEvent) => root.sender === reading.reader.userId || seen.get(root.eventId)?.byReader === true
    return async (replies: readonly ThreadReply[]) => {
      const span = await look([...new Set(replies.map(({ root }) => root))].filter((root) => !seen.has(root)))
      const newest = replies.filter(({ pos, root }) => seen.get(root)?.latest === pos)
      const roots = await readableRoots(
        reading,
        newest.map(({ root }) => root),
      )
      const placed = newest.flatMap(({ pos, root: id }): Placed[] => {
        const root = roots.get(id)
        return root !== undefined && (!participated || takesPart(root)) ? [{ pos, root }] : []
      })
      return { events: placed, span }
    }
  }

  return async (asking, roomId, { from, limit, participated }) => {
    const reading = await roomReading.open(asking, roomId)
    const { room, reader, head } = reading
    const start = from === undefined ? head : tokens.read(from)
    const { events: placed, next } = await scanTimeline<ThreadReply, Placed>({
      after: room.beginning,
      upTo: Math.min(start, head),
      backwards: true,
      limit: Math.min(limit, mostAtOnce),
      fetch: (stretch) => relations.threadReplies({ ...stretch, roomNid: room.nid }),
      keep: keeping(reading, participated),
    })
    const told = placed.map(({ root }) => (reader.ignored.has(root.sender) ? { ...root, pdu: redactPdu(room.version, root.pdu) } : root))
    return {
      chunk: await clientEvents(told, room, reader, { withRoomId: true, bundledUpTo: head }),
      ...(next !== undefined && { nextBatch: tokens.write(next) }),
    }
  }
}
