import { strippedState, type StrippedState } from './client-event.ts'
import { checkFormat } from './event-format.ts'
import type { Event, Pdu } from './event.ts'
import { isObject, own } from './json-values.ts'
import { type KeyOf, receivedEvent, verifySignatures, withCheckedHash } from './received-pdu.ts'
import type { RoomVersion } from './room-versions.ts'
import { stateMapKey } from './state-map.ts'
import { plainNumbers } from './written-numbers.ts'

/** Entries that are read of what a peer shows; a server needs about ten. */
export const maxShownEntries = 50
/** Bytes of stripped state, as JSON, that are kept of what a peer shows. */
export const maxShownBytes = 65_536

/** What a peer shows of a room to somebody who is not in it: `invite_room_state`, `knock_room_state`. */
export interface ShownState {
  /** What clients may be told, each entry pruned to the four keys; the create event first. Of two for one key, the first counts. */
  readonly stripped: readonly StrippedState[]
  /** The room's create event, where it was shown whole: signed, and that of this room. */
  readonly create?: Event
  /** What first was not as the specification wants it. An invite to a room of version 12 or later is refused for it, with M_INVALID_PARAM. */
  readonly flaw?: string
}

/**
 * Reads the state that a peer shows of a room. Entries that are no PDUs of the room, or not signed as such, are left out; but in versions
 * up to 11 those that never pretended to be (stripped state, as it was sent before v1.16) may be told to clients.
 * Nothing of it says that it is the room's present state. server-server-api/#inviting-to-a-room, MSC4311
 * @param keyOf must know the keys of `signersOf` each entry
 */
export const readShownState = (version: RoomVersion, roomId: string, value: unknown, keyOf: KeyOf): ShownState => {
  if (!Array.isArray(value)) return { stripped: [], flaw: 'The state of the room is a list of events.' }
  const flaws: string[] = []
  if (value.length > maxShownEntries) flaws.push(`The state of the room that is shown has ${maxShownEntries} events at most.`)
  const found = value.slice(0, maxShownEntries).map((entry) => readEntry(version, roomId, entry, keyOf))
  for (const { flaw } of found) if (flaw !== undefined) flaws.push(flaw)
  const create = found.find(({ event }) => event?.pdu.type === 'm.room.create')?.event
  if (create === undefined) flaws.push('The create event of the room is missing.')

  const { stripped, isCut } = bounded(found.map(({ stripped }) => stripped).filter((entry) => entry !== undefined))
  if (isCut) flaws.push(`The state of the room that is shown has ${maxShownBytes} bytes at most.`)
  return { stripped, ...(create !== undefined && { create }), ...(flaws[0] !== undefined && { flaw: flaws[0] }) }
}

const bounded = (entries: readonly StrippedState[]): { stripped: StrippedState[]; isCut: boolean } => {
  const kept = new Map<string, StrippedState>()
  let bytes = 0
  let isCut = false
  // Whatever else a peer shows, it does not push out what the room is.
  for (const entry of entries.toSorted((a, b) => Number(b.type === 'm.room.create') - Number(a.type === 'm.room.create'))) {
    const key = stateMapKey(entry.type, entry.state_key)
    if (kept.has(key)) continue
    const size = Buffer.byteLength(JSON.stringify(entry))
    if (bytes + size > maxShownBytes) {
      isCut = true
      continue
    }
    bytes += size
    kept.set(key, entry)
  }
  return { stripped: [...kept.values()], isCut }
}

interface Entry {
  readonly stripped?: StrippedState
  readonly event?: Event
  readonly flaw?: string
}

const readEntry = (version: RoomVersion, roomId: string, entry: unknown, keyOf: KeyOf): Entry => {
  const unfit = checkFormat(version, entry)
  if (unfit !== undefined) {
    const stripped = version.createOmitsRoomId ? undefined : readStripped(version, roomId, entry)
    return { flaw: unfit, ...(stripped !== undefined && { stripped }) }
  }
  const pdu = entry as Pdu
  if (pdu.state_key === undefined) return { flaw: `The ${pdu.type} that is shown is no state.` }
  const unsigned = verifySignatures(version, pdu, keyOf)
  if (unsigned !== undefined) return { flaw: unsigned }
  const { event } = receivedEvent(version, withCheckedHash(version, pdu))
  if (event.roomId !== roomId) return { flaw: `The ${pdu.type} that is shown is of another room.` }
  if (pdu.type === 'm.room.create' && (pdu.state_key !== '' || (own(event.pdu.content, 'room_version') ?? '1') !== version.id)) {
    return { flaw: `The create event that is shown is none of a room of version ${version.id}.` }
  }
  return { event, stripped: strippedState(event) }
}

const keysOfPdus = ['auth_events', 'depth', 'event_id', 'hashes', 'prev_events', 'room_id', 'signatures']

/** An entry in the form of before v1.16, pruned; `undefined` for what is none, or was meant to be a PDU. */
const readStripped = (version: RoomVersion, roomId: string, entry: unknown): StrippedState | undefined => {
  if (!isObject(entry) || keysOfPdus.some((key) => Object.hasOwn(entry, key)) || entry['state_key'] === undefined) return undefined
  const { content, sender, state_key, type } = entry as unknown as StrippedState
  // What it has must do in an event: shapes, lengths, depth.
  const rest = { event_id: '$x:x', room_id: roomId, depth: 0, origin_server_ts: 0, auth_events: [], prev_events: [] }
  const whole = { ...rest, hashes: { sha256: '' }, signatures: {}, content, sender, state_key, type }
  return checkFormat(version, whole) === undefined ? { content: plainNumbers(content), sender, state_key, type } : undefined
}
