import type { Event } from './event.ts'
import { own, ownString } from './json-values.ts'

/** A read-only view of a room's state: the event under a type and a state key. */
export type StateLookup = (type: string, stateKey: string) => Event | undefined

/** A type and a state key in one string, different for every pair. */
export const stateMapKey = (type: string, stateKey: string): string => `${type.length}|${type}${stateKey}`

/** A lookup in the state events given; of two under one key, the later counts. */
export const lookupIn = (events: Iterable<Event>): StateLookup => {
  const byKey = new Map<string, Event>()
  for (const event of events) {
    const { type, state_key } = event.pdu
    if (state_key !== undefined) byKey.set(stateMapKey(type, state_key), event)
  }
  return (type, stateKey) => byKey.get(stateMapKey(type, stateKey))
}

/** What is said of a member: `join`, `invite`, `knock`, `ban`, or `leave` for those never heard of. */
export const membershipOf = (lookup: StateLookup, userId: string): string =>
  ownString(lookup('m.room.member', userId)?.pdu.content, 'membership') ?? 'leave'

/** The room's join rule; `invite` where none is set, empty where it is no text and so none of the known. client-server-api/#mroomjoin_rules */
export const joinRuleOf = (lookup: StateLookup): string => {
  const rule = own(lookup('m.room.join_rules', '')?.pdu.content, 'join_rule')
  return rule === undefined ? 'invite' : typeof rule === 'string' ? rule : ''
}
