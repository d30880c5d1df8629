import type { UserId } from '../../spec/identifiers.ts'
import type { StateSelection, StateStore } from '../storage/state.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/**
 * The state that somebody takes along who is in a room no more: as it was before, and their own membership. Where a resolution put
 * them out, it may have changed more at once, which is not for them.
 * @param leftAt the version of the state with which they stopped being joined
 * @param selection what of it is wanted; their own membership comes in any case
 */
export type StateAtLeave = (roomNid: number, userId: UserId, leftAt: number, selection: StateSelection) => Promise<StoredEvent[]>

export const createStateAtLeave =
  ({ state }: { readonly state: Pick<StateStore, 'at'> }): StateAtLeave =>
  async (roomNid, userId, leftAt, selection) => {
    const [before, own] = await Promise.all([
      state.at(roomNid, leftAt - 1, selection),
      state.at(roomNid, leftAt, { kind: 'members', userIds: [userId] }),
    ])
    return [...withoutMember(before, userId), ...own]
  }

/** The events without the membership of a user. */
export const withoutMember = (events: readonly StoredEvent[], userId: UserId): StoredEvent[] =>
  events.filter(({ type, stateKey }) => type !== 'm.room.member' || stateKey !== userId)
