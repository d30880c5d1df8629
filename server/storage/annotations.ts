import type { EventId } from '../../spec/identifiers.ts'
import type { Pdu } from '../protocol/event.ts'
import { relationOf } from '../protocol/relations.ts'
import { toColumn } from './column-text.ts'
import type { Database } from './database.ts'

/** One person's mark on an event. */
export interface Annotation {
  readonly target: EventId
  readonly senderNid: number
  /** The type of the annotating event. */
  readonly type: string
  readonly key: string
}

/** The annotations of events, such as reactions. */
export interface AnnotationStore {
  /** Whether the person has set this mark already, and not taken it back. */
  exists(annotation: Annotation): Promise<boolean>
}

export const createAnnotationStore = (database: Database): AnnotationStore => ({
  exists: async ({ target, senderNid, type, key }) => {
    const rows = await database.read<{ body: string }>(
      `SELECT j.body FROM event e JOIN event_json j ON j.nid = e.nid
      WHERE e.relates_to = $1 AND e.rel_type = 'm.annotation' AND e.sender_nid = $2 AND e.type = $3 AND e.redacted_by IS NULL`,
      [toColumn(target), senderNid, toColumn(type)],
    )
    return rows.some(({ body }) => relationOf((JSON.parse(body) as Pdu).content)?.key === key)
  },
})
