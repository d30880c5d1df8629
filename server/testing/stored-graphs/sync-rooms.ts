import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { redactionApplies } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createNaiveRoom } from '../room-graphs/naive-room.ts'
import { receiveInOrder, type Received } from '../room-graphs/naive-receipt.ts'
import { keyOf, lookupInState, type State } from '../room-graphs/naive-state.ts'
import { maySee } from '../room-graphs/naive-visibility.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { isWithheld } from './compare-stored.ts'

/** What the naïve model knows of a room into which events come from elsewhere and from here. Places in the history count from 0. */
export interface ModelRoom {
  readonly roomId: RoomId
  readonly version: RoomVersion
  /** What is still to come from elsewhere. */
  readonly coming: Event[]
  /** Takes an event that the server has, as of a position of its log. */
  note(event: Event, position: number): void
  history(): readonly Received[]
  /** The position at which the event of a place came. */
  positionOf(place: number): number
  /** The last place that is not behind a position; −1: none. */
  placeAt(position: number): number
  current(place: number): State
  membershipAt(userId: UserId, place: number): string
  /** Where the user's present membership began; −1 for who never had one. */
  memberSince(userId: UserId): number
  /** Where the event that makes the user's membership became that, or they lost it. −1: they never had any. */
  memberChanged(userId: UserId): number
  wasJoined(userId: UserId): boolean
  /** Where the user last stopped being joined. */
  leftAt(userId: UserId): number
  /** Whether some redaction took the event's content away, be it that it came before it. */
  isRedacted(eventId: EventId): boolean
  /** What others have written since the user's membership began. */
  unread(userId: UserId): { notification_count: number; highlight_count: number }
  /** The places of what a user may see, in order. */
  visibleTo(userId: UserId): readonly number[]
}

const memberKey = (userId: UserId): string => keyOf('m.room.member', userId)

export const createModelRoom = (graph: RoomGraph): ModelRoom => {
  const { version, roomId } = graph
  const model = createNaiveRoom(version)
  const order: Event[] = []
  const positions: number[] = []
  let known: Received[] = []
  const history = (): readonly Received[] => {
    if (known.length < order.length) {
      for (const event of order.slice(known.length)) model.place(event)
      known = receiveInOrder(model, order, true)
    }
    return known
  }
  const current = (place: number): State => (place < 0 ? new Map() : history()[place]!.current)
  const membershipAt = (userId: UserId, place: number): string =>
    String(current(place).get(memberKey(userId))?.pdu.content['membership'] ?? 'leave')
  const lastChange = <T>(of: (place: number) => T): number => {
    const last = order.length - 1
    let place = last
    while (place >= 0 && of(place) === of(last)) place -= 1
    return place + 1
  }
  const memberIn = (userId: UserId, place: number) => current(place).get(memberKey(userId))?.eventId
  const memberSince = (userId: UserId): number => lastChange((place) => membershipAt(userId, place))
  const isRedacted = (eventId: EventId): boolean =>
    history().some(({ placed, softFailure }) => {
      const { pdu } = placed.event
      if (pdu.type !== 'm.room.redaction' || placed.rejection !== undefined || softFailure !== undefined) return false
      if ((version.redactsInContent ? pdu.content['redacts'] : pdu.redacts) !== eventId) return false
      const target = order.find((event) => event.eventId === eventId)!
      return version.redactionsJudgedByRules || redactionApplies(version, pdu.sender, target.pdu.sender, lookupInState(placed.before))
    })
  const unread: ModelRoom['unread'] = (userId) => {
    const found = history()
      .slice(memberSince(userId) + 1)
      .filter(({ placed, softFailure }) => placed.rejection === undefined && softFailure === undefined)
      .map(({ placed }) => placed.event)
      .filter(({ eventId, pdu }) => pdu.type === 'm.room.message' && pdu.sender !== userId && !isRedacted(eventId))
    const mentioning = found.filter(({ pdu }) =>
      (pdu.content['m.mentions'] as { user_ids: string[] } | undefined)?.user_ids.includes(userId),
    )
    return { notification_count: found.length, highlight_count: mentioning.length }
  }
  return {
    roomId,
    version,
    unread,
    memberSince,
    isRedacted,
    coming: [...graph.events],
    note: (event, position) => {
      order.push(event)
      positions.push(position)
    },
    history,
    positionOf: (place) => positions[place] ?? 0,
    placeAt: (position) => positions.findLastIndex((one) => one <= position),
    current,
    membershipAt,
    memberChanged: (userId) =>
      order.some((_, place) => memberIn(userId, place) !== undefined) ? lastChange((place) => memberIn(userId, place)) : -1,
    wasJoined: (userId) => order.some((_, place) => membershipAt(userId, place) === 'join'),
    leftAt: (userId) => order.findLastIndex((_, place) => membershipAt(userId, place) === 'join') + 1,
    visibleTo: (userId) => {
      const all = history()
      return order.flatMap((_, place) => (maySee(userId, all, place) && !isWithheld(version, all, place) ? [place] : []))
    },
  }
}
