import type { UserId } from '../../../spec/identifiers.ts'
import { keyOf, type State } from './naive-state.ts'
import type { Received } from './naive-receipt.ts'

/**
 * Of each event that was received, whether a user may see it, by the text. client-server-api/#server-behaviour-5
 * "The user joined the room at any point after the event was sent": they are joined in some current state from its receipt on.
 * What was rejected or soft-failed is shown to nobody.
 */
export const seenBy = (userId: UserId, history: readonly Received[]): boolean[] => {
  const lastJoined = history.findLastIndex(({ current }) => membershipIn(current, userId) === 'join')
  return history.map((received, at) => isAllowed(userId, received, at <= lastJoined))
}

/** Whether a user may see the event at this place of a history. */
export const maySee = (userId: UserId, history: readonly Received[], at: number): boolean => seenBy(userId, history)[at] as boolean

const isAllowed = (userId: UserId, { placed, softFailure }: Received, joinedSince: boolean): boolean => {
  const { event, before, after, rejection } = placed
  if (rejection !== undefined || softFailure !== undefined) return false
  const { type, state_key } = event.pdu
  const setsVisibility = type === 'm.room.history_visibility' && state_key === ''
  const isOwnMember = type === 'm.room.member' && state_key === userId
  // "if the history_visibility before or after the event would allow them", "if their membership before or after the event would"
  for (const visibility of [visibilityIn(before), ...(setsVisibility ? [visibilityIn(after)] : [])]) {
    for (const membership of [membershipIn(before, userId), ...(isOwnMember ? [membershipIn(after, userId)] : [])]) {
      // 1
      if (visibility === 'world_readable') return true
      // 2
      if (membership === 'join') return true
      // 3
      if (visibility === 'shared' && joinedSince) return true
      // 4
      if (membership === 'invite' && visibility === 'invited') return true
    }
  }
  // 5
  return false
}

const visibilityIn = (state: State): unknown => {
  const value = state.get(keyOf('m.room.history_visibility', ''))?.pdu.content['history_visibility']
  return ['world_readable', 'invited', 'joined'].includes(String(value)) ? value : 'shared'
}

const membershipIn = (state: State, userId: UserId): unknown =>
  state.get(keyOf('m.room.member', userId))?.pdu.content['membership'] ?? 'leave'
