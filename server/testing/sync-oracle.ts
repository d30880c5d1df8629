import type { StoredEvent } from '../storage/stored-event.ts'

/** What a naive reader of the whole log knows: everything is replayed at each question. */
export interface Oracle {
  readonly log: StoredEvent[]
  eventsOf(roomId: string): StoredEvent[]
  /** The IDs of the room's state after its last event at or before a position, by type and key. */
  stateAt(roomId: string, pos: number): Map<string, string>
  membershipAt(roomId: string, userId: string, pos: number): string
  /** Where the user's present membership began; 0 if there is none. */
  memberSince(roomId: string, userId: string): number
  /** The events of a room that a user may see now, oldest first. */
  visibleTo(roomId: string, userId: string): StoredEvent[]
  /** What counts as unread for a user: the messages of others after what was read. */
  unread(roomId: string, userId: string, readUpTo: (thread: string) => number): { notification_count: number; highlight_count: number }
}

export const stateName = (type: string, stateKey: string | undefined): string => `${type} ${stateKey ?? ''}`

const threadOf = ({ relation }: StoredEvent): string => (relation?.type === 'm.thread' ? relation.eventId : '')

export const createOracle = (): Oracle => {
  const log: StoredEvent[] = []
  const eventsOf = (roomId: string) => log.filter((event) => event.roomId === roomId)
  const contentAt = (roomId: string, pos: number, type: string, stateKey: string): { [key: string]: unknown } | undefined =>
    eventsOf(roomId).findLast((event) => event.nid <= pos && event.type === type && event.stateKey === stateKey)?.pdu.content
  const membershipAt: Oracle['membershipAt'] = (roomId, userId, pos) =>
    String(contentAt(roomId, pos, 'm.room.member', userId)?.['membership'] ?? 'leave')
  const historyAt = (roomId: string, pos: number) =>
    String(contentAt(roomId, pos, 'm.room.history_visibility', '')?.['history_visibility'] ?? 'shared')

  /** client-server-api/#server-behaviour-5 */
  const sees = (userId: string, event: StoredEvent): boolean => {
    const { roomId, nid } = event
    const joinedLater = eventsOf(roomId).some(
      (later) =>
        later.nid > nid && later.type === 'm.room.member' && later.stateKey === userId && later.pdu.content['membership'] === 'join',
    )
    const isOwn = event.type === 'm.room.member' && event.stateKey === userId
    const isVisibility = event.type === 'm.room.history_visibility'
    const memberships = [membershipAt(roomId, userId, nid - 1), ...(isOwn ? [membershipAt(roomId, userId, nid)] : [])]
    const histories = [historyAt(roomId, nid - 1), ...(isVisibility ? [historyAt(roomId, nid)] : [])]
    return memberships.some((membership) =>
      histories.some(
        (history) =>
          history === 'world_readable' ||
          membership === 'join' ||
          (history === 'shared' && joinedLater) ||
          (history === 'invited' && membership === 'invite'),
      ),
    )
  }

  return {
    log,
    eventsOf,
    membershipAt,
    stateAt: (roomId, pos) =>
      new Map(
        eventsOf(roomId)
          .filter(({ nid, stateKey }) => nid <= pos && stateKey !== undefined)
          .map(({ type, stateKey, eventId }) => [stateName(type, stateKey), eventId]),
      ),
    memberSince: (roomId, userId) => {
      const own = eventsOf(roomId).filter(({ type, stateKey }) => type === 'm.room.member' && stateKey === userId)
      const last = own.at(-1)?.pdu.content['membership']
      const before = own.findLastIndex(({ pdu }) => pdu.content['membership'] !== last)
      return own[before + 1]?.nid ?? 0
    },
    visibleTo: (roomId, userId) => eventsOf(roomId).filter((event) => sees(userId, event)),
    unread: (roomId, userId, readUpTo) => {
      const redacted = new Set(eventsOf(roomId).map(({ redacts }) => redacts))
      const found = eventsOf(roomId).filter(
        (event) =>
          event.type === 'm.room.message' &&
          event.sender !== userId &&
          !redacted.has(event.eventId) &&
          event.nid > readUpTo(threadOf(event)),
      )
      const mentions = found.filter(({ pdu }) =>
        (pdu.content['m.mentions'] as { user_ids?: string[] } | undefined)?.user_ids?.includes(userId),
      )
      return { notification_count: found.length, highlight_count: mentions.length }
    },
  }
}
