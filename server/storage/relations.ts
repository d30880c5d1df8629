import type { EventId, UserId } from '../../spec/identifiers.ts'
import { fromColumn, toColumn } from './column-text.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'
import { eventColumns, eventJoins, storedEvent, type EventRow, type Stretch } from './events.ts'
import { eventStatus, type StoredEvent } from './stored-event.ts'

/** What relates to an event in one way, of the events that found one state. */
export interface RelationCount extends Pick<StoredEvent, 'stateBefore' | 'overlay' | 'met'> {
  readonly target: EventId
  readonly relType: string
  readonly count: number
  /** The position of the latest. */
  readonly latest: number
  /** Whether the reader sent one of them. */
  readonly byReader: boolean
}

/** An event that refers to another one. */
export interface Reference extends Pick<StoredEvent, 'stateBefore' | 'overlay' | 'met'> {
  readonly target: EventId
  readonly eventId: EventId
}

/** Which relations are looked for: in one room, to these events, up to a position, not by these users. Redacted events relate to nothing. */
export interface RelationScope {
  readonly roomNid: number
  readonly targets: readonly EventId[]
  readonly upTo: number
  readonly without: readonly UserId[]
}

/** A page of what relates to an event. */
export interface RelatedStretch extends Stretch {
  readonly target: EventId
  readonly relType?: string | undefined
  readonly eventType?: string | undefined
  /** How far to go from relation to relation; 1: none but the event's own. */
  readonly depth: number
}

/** A reply in a thread. */
export interface ThreadReply {
  readonly pos: number
  readonly root: EventId
}

/** Which children an event must have; both of one child, where both are given. */
export interface RequiredChild {
  readonly senders?: readonly string[] | undefined
  readonly relTypes?: readonly string[] | undefined
}

/** What relates to events: their edits, threads and references. */
export interface RelationStore {
  /** Counts of edits, thread messages and references. */
  counts(scope: RelationScope, readerNid: number): Promise<RelationCount[]>
  /** The latest edits by the events' own senders, at most `most` an event, the latest first; their content is not looked at. */
  edits(scope: RelationScope, most: number): Promise<StoredEvent[]>
  /** The events that refer to others, oldest first, at most `most` an event. */
  references(scope: RelationScope, most: number): Promise<Reference[]>
  related(stretch: RelatedStretch): Promise<StoredEvent[]>
  /** The replies of a room's threads, the latest first, those that are redacted left out. Other events cost nothing. */
  threadReplies(stretch: Omit<Stretch, 'backwards'>): Promise<ThreadReply[]>
  /** Those of the events that have a child such as is required. */
  withChild(roomNid: number, targets: readonly EventId[], child: RequiredChild): Promise<ReadonlySet<EventId>>
}

interface StateColumns {
  state_before: number
  overlay: number | null
  met: number | null
}
interface CountRow extends StateColumns {
  relates_to: string
  rel_type: string
  n: number
  latest: number
  by_reader: number
}
interface ReferenceRow extends StateColumns {
  relates_to: string
  event_id: string
}

/** Which state an event found: who may see it is told by that. */
const foundState = 'e.state_before, e.overlay, e.met'
const stateOf = ({ state_before, overlay, met }: StateColumns) => ({
  stateBefore: state_before,
  overlay: overlay ?? undefined,
  met: met ?? undefined,
})
/** Redactions that took no effect are shown to nobody, whatever they say they relate to. */
const isShown = (alias: string): string => `(${alias}.status IS NULL OR ${alias}.status <> ${eventStatus.withheld})`

export function createRelationStore(database: Database): RelationStore {
  const { engine } = database
  const amongTexts = (parameter: `$${number}`): string => inList(engine, parameter, 'text')
  const codePointOrder = engine === 'postgres' ? ' COLLATE "C"' : ''
  /** The children in a scope, of a row `e`; takes the parameters 1 to 3, and 4 where somebody is left out. */
  const scoped = ({ roomNid, targets, upTo, without }: RelationScope): { sql: string; bind: unknown[] } => ({
    sql: `e.relates_to ${amongTexts('$1')} AND +e.room_nid = $2 AND +e.pos <= $3 AND e.redacted_by IS NULL AND ${isShown('e')}${
      without.length === 0 ? '' : ` AND e.sender_nid NOT IN (SELECT u.nid FROM user_id u WHERE u.user_id ${amongTexts('$4')})`
    }`,
    bind: [JSON.stringify(targets), roomNid, upTo, ...(without.length === 0 ? [] : [JSON.stringify(without.map(toColumn))])],
  })

  // `+room_nid` keeps planners from walking through the room: what relates to an event is found by the event.
  return {
    counts: async (scope, readerNid) => {
      const { sql, bind } = scoped(scope)
      const rows = await database.read<CountRow>(
        `SELECT e.relates_to, e.rel_type, ${foundState}, COUNT(*) AS n, MAX(e.pos) AS latest,
        MAX(CASE WHEN e.sender_nid = $${bind.length + 1} THEN 1 ELSE 0 END) AS by_reader FROM event e
        WHERE ${sql} AND e.rel_type IN ('m.replace', 'm.thread', 'm.reference') GROUP BY e.relates_to, e.rel_type, ${foundState}`,
        [...bind, readerNid],
      )
      return rows.map((row) => ({
        target: row.relates_to as EventId,
        relType: fromColumn(row.rel_type),
        ...stateOf(row),
        count: row.n,
        latest: row.latest,
        byReader: row.by_reader === 1,
      }))
    },
    edits: async (scope, most) => {
      const { sql, bind } = scoped(scope)
      // client-server-api/#server-side-aggregation-of-mreplace-relationships: the latest by time, then by ID
      const rows = await database.read<EventRow>(
        `SELECT ${eventColumns} FROM (SELECT e.nid, ROW_NUMBER() OVER
          (PARTITION BY e.relates_to ORDER BY e.ts DESC, e.event_id${codePointOrder} DESC) AS place
          FROM event e JOIN event p ON p.event_id = e.relates_to AND p.sender_nid = e.sender_nid AND p.type = e.type AND p.room_nid = e.room_nid
          WHERE ${sql} AND e.rel_type = 'm.replace' AND e.skey_nid IS NULL AND p.skey_nid IS NULL) ranked
        JOIN event e ON e.nid = ranked.nid ${eventJoins} WHERE ranked.place <= $${bind.length + 1} ORDER BY ranked.place`,
        [...bind, most],
      )
      return rows.map(storedEvent)
    },
    references: async (scope, most) => {
      const { sql, bind } = scoped(scope)
      const rows = await database.read<ReferenceRow>(
        `SELECT ranked.relates_to, ranked.event_id, ranked.state_before, ranked.overlay, ranked.met
        FROM (SELECT e.relates_to, e.event_id, ${foundState}, e.pos, ROW_NUMBER() OVER (PARTITION BY e.relates_to ORDER BY e.pos) AS place
          FROM event e WHERE ${sql} AND e.rel_type = 'm.reference') ranked WHERE ranked.place <= $${bind.length + 1} ORDER BY ranked.pos`,
        [...bind, most],
      )
      return rows.map((row) => ({ target: row.relates_to as EventId, eventId: row.event_id as EventId, ...stateOf(row) }))
    },
    related: async ({ roomNid, after, upTo, limit, backwards, target, relType, eventType, depth }) => {
      const bind: unknown[] = [toColumn(target), roomNid, after, upTo, limit]
      const of = (alias: string) =>
        (
          [
            ['rel_type', relType],
            ['type', eventType],
          ] as const
        )
          .flatMap(([column, value]) => (value === undefined ? [] : [` AND ${alias}.${column} = $${bind.push(toColumn(value))}`]))
          .join('')
      const children = (alias: string) => `+${alias}.room_nid = $2 AND ${alias}.redacted_by IS NULL${of(alias)}`
      const order = backwards ? 'DESC' : 'ASC'
      const page = `x.pos > $3 AND x.pos <= $4 ORDER BY x.pos ${order} LIMIT $5`
      const [related, nids] =
        depth === 1
          ? ['', `SELECT x.nid FROM event x WHERE x.relates_to = $1 AND ${children('x')} AND ${page}`]
          : [
              `WITH RECURSIVE related (nid, event_id, pos, level) AS (
                SELECT c.nid, c.event_id, c.pos, 1 FROM event c WHERE c.relates_to = $1 AND ${children('c')}
                UNION ALL SELECT c.nid, c.event_id, c.pos, d.level + 1 FROM related d JOIN event c ON c.relates_to = d.event_id
                WHERE d.level < $${bind.push(depth)} AND ${children('c')})`,
              `SELECT x.nid FROM related x WHERE ${page}`,
            ]
      // The page is chosen by numbers alone: sorting must not carry the events' texts about.
      const rows = await database.read<EventRow>(
        `${related} SELECT ${eventColumns} FROM (${nids}) page JOIN event e ON e.nid = page.nid ${eventJoins} ORDER BY e.pos ${order}`,
        bind,
      )
      return rows.map(storedEvent)
    },
    threadReplies: async ({ roomNid, after, upTo, limit }) => {
      // As the index has it, so that it is used.
      const rows = await database.read<{ pos: number; relates_to: string }>(
        `SELECT e.pos, e.relates_to FROM event e WHERE e.room_nid = $1 AND e.pos > $2 AND e.pos <= $3
        AND e.rel_type = 'm.thread' AND e.redacted_by IS NULL AND ${isShown('e')} ORDER BY e.pos DESC LIMIT $4`,
        [roomNid, after, upTo, limit],
      )
      return rows.map(({ pos, relates_to }) => ({ pos, root: fromColumn(relates_to) as EventId }))
    },
    withChild: async (roomNid, targets, { senders, relTypes }) => {
      const bind: unknown[] = [JSON.stringify(targets), roomNid]
      const list = (values: readonly string[]) => amongTexts(`$${bind.push(JSON.stringify(values.map(toColumn)))}`)
      const also = `${senders === undefined ? '' : ` AND c.sender_nid IN (SELECT u.nid FROM user_id u WHERE u.user_id ${list(senders)})`}${
        relTypes === undefined ? '' : ` AND c.rel_type ${list(relTypes)}`
      }`
      const rows = await database.read<{ relates_to: string }>(
        `SELECT DISTINCT c.relates_to FROM event c
        WHERE c.relates_to ${amongTexts('$1')} AND +c.room_nid = $2 AND c.redacted_by IS NULL AND c.pos IS NOT NULL AND ${isShown('c')}${also}`,
        bind,
      )
      return new Set(rows.map(({ relates_to }) => relates_to as EventId))
    },
  }
}
