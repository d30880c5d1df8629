import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import { authorise } from '../../protocol/auth-rules.ts'
import type { Rejection } from '../../protocol/errors.ts'
import type { Event } from '../../protocol/event.ts'
import { createIdOfRoom } from '../../protocol/event-id.ts'
import { judgedOf } from '../../protocol/judged.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { StateLookup } from '../../protocol/state-map.ts'
import { signaturesOf } from './sealing.ts'

/** The whole state of a room: each state event under its type and state key. */
export type State = ReadonlyMap<string, Event>

/** What the model has been told so far. */
export interface Known {
  readonly version: RoomVersion
  /** @throws when no such event was told */
  readonly eventOf: (eventId: EventId) => Event
  readonly isRejected: (eventId: EventId) => boolean
  /** The events that an event cites as its authority. */
  readonly authEventsOf: (event: Event) => readonly Event[]
}

export const keyOf = (type: string, stateKey: string): string => `${type}\n${stateKey}`

/** The key of an event, which is a state event. */
export const keyOfEvent = ({ pdu }: Event): string => keyOf(pdu.type, pdu.state_key as string)

export const typeOfKey = (key: string): string => key.slice(0, key.indexOf('\n'))

export const lookupInState =
  (state: State): StateLookup =>
  (type, stateKey) =>
    state.get(keyOf(type, stateKey))

/** The create event that a room ID names, in versions where it is not cited. rooms/v12/#authorisation-rules, 2 */
export const impliedCreate = ({ version, eventOf, isRejected }: Known, roomId: RoomId): Event | undefined =>
  version.createImplied && !isRejected(createIdOfRoom(roomId)) ? eventOf(createIdOfRoom(roomId)) : undefined

/** What an event itself cites, by type and state key, and the create event that its room ID implies. */
export const lookupInCited =
  (known: Known, event: Event): StateLookup =>
  (type, stateKey) => {
    if (type === 'm.room.create' && stateKey === '' && known.version.createImplied) return impliedCreate(known, event.roomId)
    return known.authEventsOf(event).find(({ pdu }) => pdu.type === type && pdu.state_key === stateKey)
  }

/** Why the authorisation rules refuse an event, in a room of such a state. */
export const refusal = ({ version }: Known, event: Event, lookup: StateLookup): Rejection | undefined =>
  authorise(version, judgedOf(event), lookup, signaturesOf(event))

export const isAllowed = (known: Known, event: Event, lookup: StateLookup): boolean => refusal(known, event, lookup) === undefined
