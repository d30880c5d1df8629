import type { Rejection } from './errors.ts'
import type { Event, JsonObject } from './event.ts'
import { own, ownString } from './json-values.ts'
import type { RoomVersion } from './room-versions.ts'
import { type StateLookup, stateMapKey } from './state-map.ts'

/** What decides which state an event must cite. */
export interface Citing {
  readonly type: string
  readonly sender: string
  readonly stateKey?: string | undefined
  readonly content: JsonObject
}

/** The types and state keys that an event is to cite, each once. server-server-api/#auth-events-selection */
export const authKeys = (version: RoomVersion, citing: Citing): (readonly [type: string, stateKey: string])[] => {
  if (citing.type === 'm.room.create') return []
  const keys: [string, string][] = [
    ['m.room.power_levels', ''],
    ['m.room.member', citing.sender],
  ]
  if (!version.createImplied) keys.unshift(['m.room.create', ''])
  return citing.type === 'm.room.member' && citing.stateKey !== undefined
    ? [...keys, ...memberKeys(version, citing, citing.stateKey)]
    : keys
}

const memberKeys = (version: RoomVersion, { sender, content }: Citing, target: string): [string, string][] => {
  const keys: [string, string][] = []
  const membership = ownString(content, 'membership')
  if (target !== sender) keys.push(['m.room.member', target])
  if (membership === 'join' || membership === 'invite' || membership === 'knock') keys.push(['m.room.join_rules', ''])
  const token = ownString(own(own(content, 'third_party_invite'), 'signed'), 'token')
  if (membership === 'invite' && token !== undefined) keys.push(['m.room.third_party_invite', token])
  const authoriser = ownString(content, 'join_authorised_via_users_server')
  if (membership === 'join' && version.restrictedJoins && authoriser !== undefined && authoriser !== sender && authoriser !== target) {
    keys.push(['m.room.member', authoriser])
  }
  return keys
}

/** The events of the room's state that an event is to cite, in the order of `authKeys`. */
export const selectAuthEvents = (version: RoomVersion, citing: Citing, lookup: StateLookup): Event[] => {
  const cited: Event[] = []
  for (const [type, stateKey] of authKeys(version, citing)) {
    const event = lookup(type, stateKey)
    if (event !== undefined) cited.push(event)
  }
  return cited
}

/** An event that another cites, and whether it was itself rejected. */
export interface Cited {
  readonly event: Event
  readonly rejected: boolean
}

/**
 * Judges what an event from elsewhere cites: rules 2.1–2.5 of versions 1 to 11, 3.1–3.5 of version 12.
 * Whether these events allow it is for `authorise` to say.
 * @param cited every entry of `auth_events`, in order; one that is cited twice, twice
 */
export const checkAuthEvents = (
  version: RoomVersion,
  citing: Citing & { readonly roomId: string },
  cited: readonly Cited[],
): Rejection | undefined => {
  const rule = version.rules.authEvents
  const selected = new Set(authKeys(version, citing).map(([type, stateKey]) => stateMapKey(type, stateKey)))
  const keys = cited.map(({ event: { pdu } }) => (pdu.state_key === undefined ? undefined : stateMapKey(pdu.type, pdu.state_key)))
  const ofState = keys.filter((key) => key !== undefined)
  // x.1
  if (new Set(ofState).size < ofState.length) return { rule: `${rule}.1`, reason: 'The event cites two events of one type and state key.' }
  // x.2; a create event, too, for which the text stops at rule 1: its selection is empty.
  if (keys.some((key) => key === undefined || !selected.has(key)))
    return { rule: `${rule}.2`, reason: 'The event cites an event that has no say in its authorisation.' }
  // x.3
  if (cited.some(({ rejected }) => rejected)) return { rule: `${rule}.3`, reason: 'The event cites a rejected event.' }
  // x.4
  if (!version.createImplied && citing.type !== 'm.room.create' && !cited.some(({ event }) => event.pdu.type === 'm.room.create')) {
    return { rule: `${rule}.4`, reason: 'The event does not cite the create event.' }
  }
  // x.5
  if (cited.some(({ event }) => event.roomId !== citing.roomId))
    return { rule: `${rule}.5`, reason: 'The event cites an event of another room.' }
  return undefined
}
