import type { EventId } from '../../../spec/identifiers.ts'
import { authKeys, checkAuthEvents, type Cited } from '../../protocol/auth-events.ts'
import { authorise } from '../../protocol/auth-rules.ts'
import type { Rejection } from '../../protocol/errors.ts'
import type { Event } from '../../protocol/event.ts'
import { createIdOfRoom } from '../../protocol/event-id.ts'
import { type Evidence, judgedOf } from '../../protocol/judged.ts'
import { own } from '../../protocol/json-values.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { lookupIn, type StateLookup } from '../../protocol/state-map.ts'
import type { StateKeys } from './state-lookups.ts'

// Those signatures that an event must bear were checked when it came.
const evidenceOf = ({ pdu }: Event): Evidence => ({ signedBy: (serverName) => own(pdu.signatures, serverName) !== undefined })

/** The entries of a state that an event is judged by. */
export const keysToJudge = (version: RoomVersion, { pdu }: Event): StateKeys => [
  ...authKeys(version, { type: pdu.type, sender: pdu.sender, stateKey: pdu.state_key, content: pdu.content }).filter(
    ([type]) => type !== 'm.room.create',
  ),
  ['m.room.create', ''],
]

/** Check 5 or 6 of those on receipt: whether a state allows the event. server-server-api/#checks-performed-on-receipt-of-a-pdu */
export const judgeByState = (version: RoomVersion, event: Event, lookup: StateLookup): Rejection | undefined =>
  authorise(version, judgedOf(event), lookup, evidenceOf(event))

/**
 * Check 4: whether the events that it cites allow it.
 * @param cited what it cites, as far as it is held: all of it, or the event must wait
 * @param create the room's create event, which events of version 12 do not cite
 */
export const judgeByCited = (
  version: RoomVersion,
  event: Event,
  cited: readonly Cited[],
  create: Cited | undefined,
): Rejection | undefined => {
  const { type, sender, state_key: stateKey, content } = event.pdu
  const unfit = checkAuthEvents(version, { type, sender, stateKey, content, roomId: event.roomId }, cited)
  if (unfit !== undefined) return unfit
  const events = cited.map((one) => one.event)
  const isCreate = type === 'm.room.create'
  // v12: 2
  if (version.createImplied && !isCreate && (create === undefined || create.rejected))
    return { rule: version.rules.roomId!, reason: 'The room ID does not name an accepted create event.' }
  return judgeByState(version, event, lookupIn(version.createImplied && create !== undefined ? [create.event, ...events] : events))
}

/** The create event that an event of version 12 takes for granted. */
export const impliedCreate = (version: RoomVersion, event: Event): EventId | undefined =>
  version.createImplied && event.pdu.type !== 'm.room.create' ? createIdOfRoom(event.roomId) : undefined
