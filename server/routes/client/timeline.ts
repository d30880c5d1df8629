import {
  getEvent,
  getEventContext,
  getMessages,
  listRelations,
  listRelationsOfEventType,
  listRelationsOfType,
  listThreads,
} from '../../../spec/client/timeline.ts'
import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import { route, SerializedJson, type Requester, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { compileEventFilter, type EventFilter } from '../../protocol/event-filter.ts'
import { isObject } from '../../protocol/json-values.ts'
import { strictJson } from '../../protocol/strict-json.ts'
import type { RelatedRequest, RelationsPage } from '../../rooms/relations-page.ts'
import { noSuchEvent } from '../../rooms/room-reading.ts'
import type { ThreadsPage } from '../../rooms/threads-page.ts'
import type { Timeline } from '../../rooms/timeline.ts'
import { arrayText, objectOfTexts } from './json-text.ts'

interface Needs {
  readonly timeline: Timeline
  readonly relationsPage: RelationsPage
  readonly threadsPage: ThreadsPage
}

/** The history of rooms: messages, context, single events, what relates to them, and threads. client-server-api/#syncing */
export const timelineRoutes = ({ timeline, relationsPage, threadsPage }: Needs): Route[] => {
  const related = async (
    requester: Requester,
    roomId: RoomId,
    eventId: EventId,
    query: RelationsQuery,
    only: Pick<RelatedRequest, 'relType' | 'eventType'>,
  ) => {
    const { from, to, dir, limit = 10, recurse = false } = query
    const { chunk, nextBatch, prevBatch, recursionDepth } = await orNoSuchEvent(
      relationsPage(requester, roomId, eventId, { ...only, backwards: dir !== 'f', from, to, limit, recurse }),
    )
    return objectOfTexts({
      chunk: arrayText(chunk),
      next_batch: textOf(nextBatch),
      prev_batch: textOf(prevBatch),
      recursion_depth: textOf(recursionDepth),
    })
  }

  return [
    route(getMessages, async ({ params: { roomId }, query: { from, to, dir, limit = 10, filter }, requester }) => {
      const compiled = compiledFilter(filter)
      const { start, end, chunk, state } = await timeline.page(requester, roomId, {
        backwards: dir === 'b',
        from,
        to,
        limit: Math.min(limit, compiled?.limit ?? limit),
        filter: compiled,
      })
      return objectOfTexts({ start: textOf(start), end: textOf(end), chunk: arrayText(chunk), state: state && arrayText(state) })
    }),
    route(getEventContext, async ({ params: { roomId, eventId }, query: { limit = 10, filter }, requester }) => {
      const compiled = compiledFilter(filter)
      const found = await timeline.context(requester, roomId, eventId, {
        limit: Math.min(limit, compiled?.limit ?? limit),
        filter: compiled,
      })
      return objectOfTexts({
        start: textOf(found.start),
        end: textOf(found.end),
        event: found.event,
        events_before: arrayText(found.eventsBefore),
        events_after: arrayText(found.eventsAfter),
        state: arrayText(found.state),
      })
    }),
    route(
      getEvent,
      async ({ params: { roomId, eventId }, requester }) =>
        new SerializedJson(await orNoSuchEvent(timeline.event(requester, roomId, eventId))),
    ),
    route(listRelations, ({ params: { roomId, eventId }, query, requester }) => related(requester, roomId, eventId, query, {})),
    route(listRelationsOfType, ({ params: { roomId, eventId, relType }, query, requester }) =>
      related(requester, roomId, eventId, query, { relType }),
    ),
    route(listRelationsOfEventType, ({ params: { roomId, eventId, relType, eventType }, query, requester }) =>
      related(requester, roomId, eventId, query, { relType, eventType }),
    ),
    route(listThreads, async ({ params: { roomId }, query: { include, limit = 20, from }, requester }) => {
      const { chunk, nextBatch } = await threadsPage(requester, roomId, { from, limit, participated: include === 'participated' })
      return objectOfTexts({ chunk: arrayText(chunk), next_batch: textOf(nextBatch) })
    }),
  ]
}

interface RelationsQuery {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly dir?: 'b' | 'f' | undefined
  readonly limit?: number | undefined
  readonly recurse?: boolean | undefined
}

const textOf = (value: string | number | undefined): string | undefined => (value === undefined ? undefined : JSON.stringify(value))

/** Where the answer is about one event, a room that one may not read is no different from one without the event. */
const orNoSuchEvent = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof MatrixError && error.errcode === 'M_FORBIDDEN' ? noSuchEvent() : error
  })

/** @throws M_INVALID_PARAM for a text that is no filter */
const compiledFilter = (text: string | undefined): EventFilter | undefined => {
  if (text === undefined) return undefined
  const filter = parsed(text)
  if (!isObject(filter)) throw new MatrixError('M_INVALID_PARAM', 'Send "filter" as the JSON text of a room event filter.')
  return compileEventFilter(filter, { defaultLimit: 1000, maxLimit: 1000 })
}

const parsed = (text: string): unknown => {
  try {
    return strictJson(text)
  } catch {
    return undefined
  }
}
