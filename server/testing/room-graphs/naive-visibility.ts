import type { UserId } from '../../../spec/identifiers.ts'
import { keyOf, type State } from './naive-state.ts'
import type { Received } from './naive-receipt.ts'

/**
 * Whether a user may see an event that was received, by the text. client-server-api/#server-behaviour-5
 * "Joined at any point after the event was sent": in some current state from the event's receipt on, they are joined.
 * What was rejected or soft-failed is shown to nobody.
 * @param history all that was received, in order
 * @param at the event's place in it
 */
export const maySee = (userId: UserId, history: readonly Received[], at: number): boolean => {
  const { placed, softFailure } = history[at] as Received
  if (placed.rejection !== undefined || softFailure !== undefined) return false
  const { type, state_key } = placed.event.pdu
  const setsVisibility = type === 'm.room.history_visibility' && state_key === ''
  const isOwnMember = type === 'm.room.member' && state_key === userId
  const joinedSince = history.slice(at).some(({ current }) => membershipIn(current, userId) === 'join')
  for (const visibility of [visibilityIn(placed.before), ...(setsVisibility ? [visibilityIn(placed.after)] : [])]) {
    for (const membership of [membershipIn(placed.before, userId), ...(isOwnMember ? [membershipIn(placed.after, userId)] : [])]) {
      if (visibility === 'world_readable') return true
      if (membership === 'join') return true
      if (visibility === 'shared' && joinedSince) return true
      if (membership === 'invite' && visibility === 'invited') return true
    }
  }
  return false
}

const visibilityIn = (state: State): string => {
  const value = state.get(keyOf('m.room.history_visibility', ''))?.pdu.content['history_visibility']
  return value === 'world_readable' || value === 'invited' || value === 'joined' ? value : 'shared'
}

const membershipIn = (state: State, userId: UserId): unknown =>
  state.get(keyOf('m.room.member', userId))?.pdu.content['membership'] ?? 'leave'
