import type { Pdu } from './event.ts'
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
