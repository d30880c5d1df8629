import * as sdk from 'matrix-js-sdk'
import type { SdkPerson } from './js-sdk-person.ts'

/** The texts of the messages in a timeline, as they stand after edits. */
export const texts = (events: readonly sdk.MatrixEvent[]): string[] =>
  events.filter((event) => event.getType() === sdk.EventType.RoomMessage).map((event) => String(event.getContent()['body']))

/** What the person's client shows of a room. */
export const live = (person: SdkPerson, roomId: string): sdk.MatrixEvent[] => person.room(roomId).getLiveTimeline().getEvents()

/** Waits until the person's client has the event. */
export const seen = (person: SdkPerson, roomId: string, eventId: string): Promise<sdk.MatrixEvent> =>
  person.until(`${eventId} comes`, () => person.client.getRoom(roomId)?.findEventById(eventId))

/** What is unread of a room, and what of that is a mention. */
export const counts = (room: sdk.Room): [total: number, highlight: number] => [
  room.getUnreadNotificationCount(sdk.NotificationCountType.Total),
  room.getUnreadNotificationCount(sdk.NotificationCountType.Highlight),
]

/** Waits until the room's counts are these. */
export const untilCounts = (person: SdkPerson, roomId: string, total: number, highlight: number): Promise<true> =>
  person.until(`the counts are ${total} and ${highlight}`, () => {
    const [a, b] = counts(person.room(roomId))
    return a === total && b === highlight
  })
