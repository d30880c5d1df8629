import assert from 'node:assert'
import type { EventId } from '../../spec/identifiers.ts'
import { citedIds, type Event, type Pdu } from './event.ts'
import { ownString } from './json-values.ts'

/** What an event is to state resolution. */
export const authKind = {
  other: 0,
  create: 1,
  powerLevels: 2,
  joinRules: 3,
  member: 4,
  /** A leave or a ban that somebody else said. */
  removal: 5,
  thirdPartyInvite: 6,
} as const

/** A room's state events and what they cite, in typed arrays. Event `i` cites `targets[offsets[i]] … targets[offsets[i + 1] - 1]`, all of them below `i`. */
export interface AuthGraph {
  readonly size: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  /** By event: one of `authKind`. */
  readonly kinds: Uint8Array
}

/** What a state event is to state resolution. */
export const authKindOf = ({ type, sender, state_key, content }: Pick<Pdu, 'type' | 'sender' | 'state_key' | 'content'>): number => {
  switch (type) {
    case 'm.room.create':
      return authKind.create
    case 'm.room.power_levels':
      return authKind.powerLevels
    case 'm.room.join_rules':
      return authKind.joinRules
    case 'm.room.third_party_invite':
      return authKind.thirdPartyInvite
    case 'm.room.member': {
      const membership = ownString(content, 'membership')
      return (membership === 'leave' || membership === 'ban') && sender !== state_key ? authKind.removal : authKind.member
    }
  }
  return authKind.other
}

/** Whether an event of that kind might take away what somebody could do: a power event. rooms/v2/#definitions */
export const isPowerKind = (kind: number | undefined): boolean =>
  kind === authKind.powerLevels || kind === authKind.joinRules || kind === authKind.removal

/** The power levels event that an event cites; −1: it cites none. */
export const powerLevelsCitedBy = ({ offsets, targets, kinds }: AuthGraph, index: number): number => {
  for (let at = offsets[index]!; at < offsets[index + 1]!; at++) {
    if (kinds[targets[at]!] === authKind.powerLevels) return targets[at]!
  }
  return -1
}

/**
 * The graph of state events that are at hand, each of them after all that it cites, with the index of each.
 * @throws where one cites what does not come before it
 */
export const authGraphOf = (events: readonly Event[]): { readonly graph: AuthGraph; readonly indexOf: ReadonlyMap<EventId, number> } => {
  const indexOf = new Map<EventId, number>()
  const offsets = new Uint32Array(events.length + 1)
  const targets: number[] = []
  for (const [index, { eventId, pdu }] of events.entries()) {
    for (const cited of citedIds(pdu.auth_events)) {
      const target = indexOf.get(cited)
      assert(target !== undefined, `${eventId} cites ${cited}, which does not come before it`)
      targets.push(target)
    }
    offsets[index + 1] = targets.length
    indexOf.set(eventId, index)
  }
  const kinds = Uint8Array.from(events, ({ pdu }) => authKindOf(pdu))
  return { graph: { size: events.length, offsets, targets: Uint32Array.from(targets), kinds }, indexOf }
}
