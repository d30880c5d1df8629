import type { RoomExplanation } from '../../../spec/admin/room-explanation.ts'
import type { RoomId } from '../../../spec/identifiers.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { isEventId, isUserId } from '../../protocol/identifiers.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { RoomFigures } from '../../storage/room-figures.ts'
import type { ExplainEvent } from './event-explanation.ts'
import type { ExplainedRoom } from './noted.ts'
import type { OverviewOf } from './room-overview.ts'
import type { ExplainUser } from './user-explanation.ts'

/**
 * Explains a room, or the event or user of it that `subject` names.
 * @throws M_NOT_FOUND where this server has no such room, or the room no such event; M_INVALID_PARAM for a subject that is neither
 */
export type ExplainRoom = (roomId: RoomId, subject?: string) => Promise<RoomExplanation>

interface Needs {
  figures: Pick<RoomFigures, 'room'>
  eventGraph: Pick<EventGraph, 'places' | 'backwardExtremities'>
  overviewOf: OverviewOf
  explainEvent: ExplainEvent
  explainUser: ExplainUser
}

export function createExplainRoom({ figures, eventGraph, overviewOf, explainEvent, explainUser }: Needs): ExplainRoom {
  const find = async (roomId: RoomId): Promise<ExplainedRoom> => {
    const found = await figures.room(roomId)
    const version = found && roomVersion(found.version)
    if (version === undefined) throw new MatrixError('M_NOT_FOUND', 'This server has no room of that ID; give it in full, with its "!".')
    return { ...found!, version }
  }

  const about = async (room: ExplainedRoom, subject: string | undefined): Promise<Partial<RoomExplanation>> => {
    if (subject === undefined) return { room: await overviewOf(room) }
    if (isUserId(subject)) return { user: await explainUser(room, subject) }
    if (!isEventId(subject)) throw new MatrixError('M_INVALID_PARAM', 'The subject is the ID of an event ("$…") or of a user ("@…:…").')
    const place = (await eventGraph.places([subject])).get(subject)
    if (place?.roomNid === room.nid) return { event: await explainEvent(room, place.nid) }
    const isMissing = (await eventGraph.backwardExtremities(room.nid)).includes(subject)
    throw new MatrixError(
      'M_NOT_FOUND',
      isMissing ? 'That event is cited in the room, but this server does not hold it.' : 'The room has no event of that ID.',
    )
  }

  return async (roomId, subject) => {
    const room = await find(roomId)
    return { room_id: roomId, room_version: room.version.id, ...(await about(room, subject)) }
  }
}
