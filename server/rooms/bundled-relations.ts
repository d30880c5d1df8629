import type { EventId, UserId } from '../../spec/identifiers.ts'
import { isObject } from '../protocol/json-values.ts'
import type { EventStore } from '../storage/events.ts'
import type { RelationCount, RelationScope, RelationStore } from '../storage/relations.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { Room } from './room.ts'
import type { Sight } from './sight.ts'
import type { Visibility } from './visibility.ts'

/** What relates to an event, as far as it is told with it. client-server-api/#aggregations-of-child-events */
export interface Bundle {
  /** The latest valid edit. */
  readonly edit?: StoredEvent
  readonly thread?: {
    readonly latest: StoredEvent
    readonly latestBundle: Bundle | undefined
    readonly count: number
    readonly participated: boolean
  }
  readonly references?: readonly EventId[]
}

/** For whom events are bundled. */
export interface BundleReader {
  readonly userId: UserId
  readonly userNid: number
  /** What these users sent is left out. */
  readonly ignored: ReadonlySet<UserId>
}

/** Gathers the bundles of a room's events, by event ID, from relations up to a position. One query where nothing relates to them. */
export type BundledRelations = (
  events: readonly StoredEvent[],
  room: Room,
  reader: BundleReader,
  upTo: number,
) => Promise<ReadonlyMap<EventId, Bundle>>

interface Needs {
  events: Pick<EventStore, 'byPositions'>
  relations: Pick<RelationStore, 'counts' | 'edits' | 'references'>
  visibility: Visibility
}

/**
 * References told of one event, at most.
 * NOTSPEC: the specification lists all of them; whoever needs more pages through `/relations`.
 */
const referencesTold = 1000
/** Edits of one event looked at before all of them are. */
const editsTried = 3

export function createBundledRelations({ events: store, relations, visibility }: Needs): BundledRelations {
  const latestEdits = async (scope: RelationScope, sight: Sight): Promise<Map<EventId, StoredEvent>> => {
    const latest = new Map<EventId, StoredEvent>()
    if (scope.targets.length === 0) return latest
    const choose = (edits: readonly StoredEvent[]) => {
      for (const edit of edits) {
        const target = edit.relation!.eventId
        if (!latest.has(target) && isEdit(edit) && sight.sees(edit)) latest.set(target, edit)
      }
    }
    const edits = await relations.edits(scope, editsTried)
    choose(edits)
    const undecided = scope.targets.filter(
      (target) => !latest.has(target) && edits.filter(({ relation }) => relation!.eventId === target).length === editsTried,
    )
    if (undecided.length > 0) choose(await relations.edits({ ...scope, targets: undecided }, Number.MAX_SAFE_INTEGER))
    return latest
  }

  const references = async (scope: RelationScope, sight: Sight): Promise<Map<EventId, EventId[]>> => {
    const found = new Map<EventId, EventId[]>()
    if (scope.targets.length === 0) return found
    for (const { target, eventId, ...state } of await relations.references(scope, referencesTold)) {
      if (!sight.seesAt(state)) continue
      const list = found.get(target)
      if (list === undefined) found.set(target, [eventId])
      else list.push(eventId)
    }
    return found
  }

  const gather = async (parents: readonly StoredEvent[], room: Room, reader: BundleReader, upTo: number, withThreads: boolean) => {
    const bundles = new Map<EventId, Bundle>()
    // client-server-api/#aggregations-of-child-events: state has no bundles
    const targets = parents.filter(({ stateKey }) => stateKey === undefined)
    if (targets.length === 0) return bundles
    const scope: RelationScope = { roomNid: room.nid, targets: targets.map(({ eventId }) => eventId), upTo, without: [...reader.ignored] }
    const found = await relations.counts(scope, reader.userNid)
    if (found.length === 0) return bundles
    const sight = await visibility.sightOn(reader.userId, room, found)
    const counts = found.filter((count) => sight.seesAt(count))
    const having = (relType: string) => {
      const ids = new Set(counts.filter((count) => count.relType === relType).map(({ target }) => target))
      return targets.filter(({ eventId }) => ids.has(eventId))
    }
    const threads = withThreads ? threadsOf(counts) : new Map<EventId, ThreadCount>()
    const [edits, referring, latest] = await Promise.all([
      latestEdits(
        {
          ...scope,
          targets: having('m.replace')
            .filter(isEditable)
            .map(({ eventId }) => eventId),
        },
        sight,
      ),
      references({ ...scope, targets: having('m.reference').map(({ eventId }) => eventId) }, sight),
      store.byPositions(
        room.nid,
        [...threads.values()].map((thread) => thread.latest),
      ),
    ])
    const latestBundles: ReadonlyMap<EventId, Bundle> = latest.length === 0 ? new Map() : await gather(latest, room, reader, upTo, false)
    const byPosition = new Map(latest.map((event) => [event.pos, event]))
    for (const { eventId, sender } of targets) {
      const edit = edits.get(eventId)
      const ids = referring.get(eventId)
      const count = threads.get(eventId)
      const last = count && byPosition.get(count.latest)
      const thread = count &&
        last && {
          latest: last,
          latestBundle: latestBundles.get(last.eventId),
          count: count.count,
          participated: count.byReader || sender === reader.userId,
        }
      if (edit || thread || ids) bundles.set(eventId, { ...(edit && { edit }), ...(thread && { thread }), ...(ids && { references: ids }) })
    }
    return bundles
  }

  return (events, room, reader, upTo) => gather(events, room, reader, upTo, true)
}

/** A thread's replies that somebody sees. */
export type ThreadCount = Pick<RelationCount, 'count' | 'latest' | 'byReader'>

/** The threads among counts of relations, by root. */
export const threadsOf = (counts: readonly RelationCount[]): Map<EventId, ThreadCount> => {
  const threads = new Map<EventId, ThreadCount>()
  for (const { target, relType, count, latest, byReader } of counts) {
    if (relType !== 'm.thread') continue
    const sum = threads.get(target) ?? { count: 0, latest: -Infinity, byReader: false }
    threads.set(target, { count: sum.count + count, latest: Math.max(sum.latest, latest), byReader: sum.byReader || byReader })
  }
  return threads
}

// client-server-api/#validity-of-replacement-events; sender, type, room and the lack of a state key are asked of storage
const isEdit = ({ type, pdu }: StoredEvent): boolean => type === 'm.room.encrypted' || isObject(pdu.content['m.new_content'])
const isEditable = ({ relation, redactedBy }: StoredEvent): boolean => relation?.type !== 'm.replace' && redactedBy === undefined
