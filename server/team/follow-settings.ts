import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { isRoomId } from '../protocol/identifiers.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import { predecessorOf, replacementOf } from '../rooms/successor-events.ts'
import { changedMembers, type LogEntry, type Streams } from '../storage/streams.ts'
import type { CarrySettings } from './carry-settings.ts'

interface Needs {
  roomStates: Pick<RoomStates, 'known' | 'open'>
  streams: Pick<Streams, 'subscribe'>
  carrySettings: CarrySettings
  isLocal: (userId: string) => boolean
  /** Whether an upgrade that is under way carries the settings itself. */
  isUnderWay: (roomId: RoomId) => boolean
  reportError: (error: unknown) => void
}

/** Who joins. */
const joiners = (entry: LogEntry): UserId[] =>
  [...changedMembers(entry)]
    .filter(([, member]) => member?.pdu.content['membership'] === 'join' && member.replaced?.content['membership'] !== 'join')
    .map(([userId]) => userId)

/**
 * From now on, whoever of this server joins a room that took the place of another finds there what they kept about the other, if
 * each of the two rooms names the other one.
 */
export function followSettings({ roomStates, streams, carrySettings, isLocal, isUnderWay, reportError }: Needs): void {
  const carry = async (fromId: RoomId, toId: RoomId, userId: UserId): Promise<void> => {
    const [from, to] = await Promise.all([roomStates.open(fromId), roomStates.open(toId)])
    if (from !== undefined && to !== undefined && replacementOf(from) === toId) await carrySettings(from, to, [userId])
  }
  streams.subscribe((entry) => {
    if (entry.kind !== 'event') return
    for (const userId of joiners(entry).filter(isLocal)) {
      const room = roomStates.known(entry.event.roomId)
      const before = room && predecessorOf(room)
      if (room !== undefined && isRoomId(before) && !isUnderWay(before)) carry(before, room.roomId, userId).catch(reportError)
    }
  })
}
