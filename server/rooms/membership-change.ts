import type { UserId } from '../../spec/identifiers.ts'
import { canonicalJson } from '../protocol/encoding.ts'
import type { JsonObject } from '../protocol/event.ts'
import { membershipOf, type StateLookup } from '../protocol/state-map.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { Turn } from './alter-room.ts'

/** One change of a membership, before it happens. */
export interface MembershipChange {
  readonly state: StateLookup
  readonly sender: UserId
  readonly target: UserId
  /** `leave` for somebody who was never there. */
  readonly from: string
  readonly to: string
  /** Whether the target has a member event in the room, whatever it says. */
  readonly known: boolean
}

/** What this server asks of memberships beyond the rules of rooms. */
export interface MembershipPolicy {
  /** Passes when the change is allowed. @throws MatrixError that says why not */
  check(change: MembershipChange): void
  /** Whether somebody of this server who is invited becomes a member without being asked. */
  admitsAtOnce(state: StateLookup, target: UserId): boolean
}

/**
 * Sends a member event within a deed, or gives the present one where the same person said the same before (one cannot leave twice).
 * @throws what the policy and the room's rules say against it
 */
export function sendMember(
  policy: MembershipPolicy,
  { state, send }: Turn,
  sender: UserId,
  target: UserId,
  content: JsonObject,
): StoredEvent {
  const present = state('m.room.member', target)
  const to = String(content['membership'])
  if (to !== 'leave' && present !== undefined && present.sender === sender && isSameContent(present.pdu.content, content)) return present
  const change = { state, sender, target, from: membershipOf(state, target), to, known: present !== undefined }
  policy.check(change)
  return send({ sender, type: 'm.room.member', stateKey: target, content })
}

/** Whether two contents are the same JSON. @throws M_BAD_JSON for what has no canonical form */
export const isSameContent = (a: JsonObject, b: JsonObject): boolean => canonicalJson(a) === canonicalJson(b)
