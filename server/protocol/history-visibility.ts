/** What a room lets be seen of an event. client-server-api/#room-history-visibility */
export type HistoryVisibility = 'world_readable' | 'shared' | 'invited' | 'joined'

/** Who wants to see which event. */
export interface Viewing {
  /** The visibility in the state before the event. */
  readonly visibility: HistoryVisibility
  /** The visibility that the event itself sets, if it is a `m.room.history_visibility`. */
  readonly visibilityAfter?: HistoryVisibility | undefined
  /** The user's membership in the state before the event; `leave` for strangers. */
  readonly membership: string
  /** The membership that the event itself gives the user, if it is the user's own `m.room.member`. */
  readonly membershipAfter?: string | undefined
  /** The user has joined at some time after the event, whether or not they are still there. */
  readonly joinedSince: boolean
}

/** The visibility that a value of `content.history_visibility` stands for: `shared` where it is absent or not understood. */
export const readHistoryVisibility = (value: unknown): HistoryVisibility =>
  value === 'world_readable' || value === 'invited' || value === 'joined' ? value : 'shared'

/** Whether the user may see the event. client-server-api/#server-behaviour-5 */
export const canSee = ({ visibility, visibilityAfter, membership, membershipAfter, joinedSince }: Viewing): boolean =>
  allows(visibility, membership, joinedSince) ||
  // Changes of the visibility, and the user's own memberships, count on either side of the change.
  (visibilityAfter !== undefined && allows(visibilityAfter, membership, joinedSince)) ||
  (membershipAfter !== undefined && allows(visibility, membershipAfter, joinedSince))

const allows = (visibility: HistoryVisibility, membership: string, joinedSince: boolean): boolean =>
  // 1
  visibility === 'world_readable' ||
  // 2
  membership === 'join' ||
  // 3
  (visibility === 'shared' && joinedSince) ||
  // 4
  (visibility === 'invited' && membership === 'invite')
