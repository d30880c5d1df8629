import { kind as kindSchema, type Kind, type Policy } from '../../spec/extensions/kind-and-policy.ts'
import { own, ownString } from '../protocol/json-values.ts'
import type { StateLookup } from '../protocol/state-map.ts'

/** The types of the state events that make a room one of the team's. */
export const kindType = 'chat.hallway.kind'
export const policyType = 'chat.hallway.policy'

const kinds: readonly string[] = kindSchema.properties.kind.enum

/** What a room is to people; `undefined` for rooms that were not made from a preset. */
export const kindOf = (lookup: StateLookup): Kind | undefined => {
  const found = ownString(lookup(kindType, '')?.pdu.content, 'kind')
  return found !== undefined && kinds.includes(found) ? (found as Kind) : undefined
}

/** The part of a room's policy that is enforced, with what counts where a key is absent or malformed. */
export interface EnforcedPolicy {
  readonly remove: NonNullable<Policy['remove']>
  readonly preview: NonNullable<Policy['preview']>
  readonly mandatory: boolean
}

/** What the room's state says of that. */
export const policyOf = (lookup: StateLookup): EnforcedPolicy => {
  const content = lookup(policyType, '')?.pdu.content
  return {
    remove: own(content, 'remove') === 'members' ? 'members' : 'pl',
    preview: own(content, 'preview') === 'org' ? 'org' : 'none',
    mandatory: own(content, 'mandatory') === true,
  }
}
