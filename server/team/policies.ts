import { policy as policySchema, type Policy } from '../../spec/extensions/kind-and-policy.ts'
import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { own } from '../protocol/json-values.ts'
import type { StateLookup } from '../protocol/state-map.ts'
import { kindOf, kindType, policyOf, policyType } from '../rooms/kind.ts'
import type { MembershipPolicy } from '../rooms/membership-change.ts'
import type { CheckState } from '../rooms/set-state.ts'

/** The keys of a room's policy that this server enforces; `/capabilities` lists them. */
export const enforcedPolicies: readonly (keyof Policy)[] = ['remove', 'preview', 'mandatory']

/** What a key means when it is absent; saying so asks for nothing. */
const absent: { readonly [key in keyof Policy]: Policy[key] } = {
  history: 'all',
  preview: 'none',
  mandatory: false,
  remove: 'pl',
  encryption: 'allowed',
}

interface Needs {
  isLocal: (userId: string) => boolean
  /** Whether people become members of any room at their invite, not only of those made from presets. */
  autoAcceptInvites: boolean
}

/** Whether the ID is that of somebody who writes from the organisation's website. */
export const isVisitor = (userId: string): boolean => userId.startsWith('@visitor-')

/** @throws M_FORBIDDEN for somebody who writes from the website */
export function requireStaff(userId: UserId): void {
  if (isVisitor(userId)) throw new MatrixError('M_FORBIDDEN', 'Visitors of the website take part in live chats alone.')
}

/** What the team's rooms ask of memberships. */
export const createMembershipPolicy = ({ isLocal, autoAcceptInvites }: Needs): MembershipPolicy => ({
  check: ({ state, sender, target, from, to, known }) => {
    const kind = kindOf(state)
    const enters = to === 'invite' || to === 'join' || to === 'knock'
    if (enters && kind !== 'livechat') requireStaff(target)
    // The people of a direct conversation are those who have ever been in it.
    if (to === 'invite' && kind === 'dm' && !known) {
      throw new MatrixError('chat.hallway.DM_LOCKED', 'The people of a direct conversation are fixed; make a group to talk with more.')
    }
    if (to === 'leave' && from === 'join' && sender === target && isLocal(target) && policyOf(state).mandatory) {
      throw new MatrixError('chat.hallway.POLICY', 'Everyone of the organisation is a member of this room; mute it instead of leaving.')
    }
  },
  admitsAtOnce: (state, target) => isLocal(target) && (autoAcceptInvites || kindOf(state) !== undefined),
})

/** Whether a value is one that the key of a policy can have. */
const isPolicyValue = (key: keyof Policy, value: unknown): boolean => {
  const schema = policySchema.properties[key]
  return 'enum' in schema ? (schema.enum as readonly unknown[]).includes(value) : typeof value === schema.type
}

/**
 * Refuses a policy that would not hold.
 * @throws M_INVALID_PARAM for a malformed value, chat.hallway.POLICY for what is not enforced
 */
export function requireEnforced(content: JsonObject): void {
  for (const key of Object.keys(policySchema.properties) as (keyof Policy)[]) {
    const value = own(content, key)
    if (value === undefined || value === absent[key]) continue
    if (!enforcedPolicies.includes(key))
      throw new MatrixError('chat.hallway.POLICY', `This server does not enforce "${key}" in a room's policy; leave it out.`)
    if (!isPolicyValue(key, value)) throw new MatrixError('M_INVALID_PARAM', `The policy's "${key}" has a value that means nothing.`)
  }
}

/** What may stand in the team's state events: a policy that stands is one that holds, and what a room is was settled when it was made. */
export const checkTeamState: CheckState = (state: StateLookup, { type, stateKey, content }) => {
  if (stateKey !== '') return
  if (type === kindType) throw new MatrixError('chat.hallway.POLICY', 'What a room is was settled when it was made; make it from a preset.')
  if (type !== policyType) return
  requireEnforced(content)
  if (own(content, 'mandatory') === true && !policyOf(state).mandatory) {
    throw new MatrixError('chat.hallway.POLICY', 'A room cannot be made mandatory later; make an announcement channel.')
  }
}

/** The user of the server itself, in whose name it makes and keeps the team's rooms. */
export const systemUserOf = (serverName: string): UserId => `@_system:${serverName}`
