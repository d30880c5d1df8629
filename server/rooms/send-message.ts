import type { EventId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Draft } from '../protocol/event.ts'
import { isEventId } from '../protocol/identifiers.ts'
import { relationOf } from '../protocol/relations.ts'
import type { AnnotationStore } from '../storage/annotations.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { SendEvent } from './send-event.ts'

/**
 * Sends what a person wrote, marked or took back; resolves when it is durable.
 * @throws M_DUPLICATE_ANNOTATION when the person has set this mark on this event before, M_INVALID_PARAM for a redaction of nothing,
 * and what `SendEvent` throws
 */
export type SendMessage = (draft: Draft, transaction: NonNullable<StoredEvent['transaction']>) => Promise<EventId>

interface Needs {
  sendEvent: SendEvent
  identifiers: Pick<Identifiers, 'user'>
  annotations: AnnotationStore
}

export function createSendMessage({ sendEvent, identifiers, annotations }: Needs): SendMessage {
  // Marks on their way, so that two equal ones at once do not both find none.
  const underWay = new Set<string>()

  const mark = async (draft: Draft, target: EventId, key: string, send: () => Promise<EventId>): Promise<EventId> => {
    const name = JSON.stringify([draft.sender, target, draft.type, key])
    const duplicate = () =>
      new MatrixError('M_DUPLICATE_ANNOTATION', 'You have reacted to this with the same key before; take that back first.')
    if (underWay.has(name)) throw duplicate()
    underWay.add(name)
    try {
      const senderNid = await identifiers.user(draft.sender)
      if (await annotations.exists({ target, senderNid, type: draft.type, key })) throw duplicate()
      return await send()
    } finally {
      underWay.delete(name)
    }
  }

  return async (draft, transaction) => {
    const send = async (whole: Draft): Promise<EventId> => (await sendEvent(whole, transaction)).eventId
    const { type, content, redacts = content['redacts'] } = draft
    if (type === 'm.room.redaction') {
      if (!isEventId(redacts)) throw new MatrixError('M_INVALID_PARAM', 'Name the event to redact under "redacts".')
      return send({ ...draft, redacts })
    }
    const relation = content['m.relates_to'] === undefined ? undefined : relationOf(content)
    // client-server-api/#avoiding-duplicate-annotations
    if (relation?.relType === 'm.annotation' && relation.key !== undefined)
      return mark(draft, relation.eventId, relation.key, () => send(draft))
    return send(draft)
  }
}
