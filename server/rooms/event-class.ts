import type { Draft } from '../protocol/event.ts'
import { classify, type NotificationClass } from '../protocol/notification-class.ts'
import { levelToNotify, powerOf } from '../protocol/power-levels.ts'
import { eventClass } from '../storage/stored-event.ts'
import { builderState, type Room } from './room.ts'

const numbers: { readonly [name in NotificationClass]: number } = {
  silent: eventClass.silent,
  message: eventClass.message,
  encrypted: eventClass.encrypted,
  'room-mention': eventClass.roomMention,
}

/** What an event means to unread counts, one of `eventClass`, at the end of its room. The sender's membership need not be known. */
export const classOfDraft = (room: Room, draft: Draft): number => numbers[classify(draft, () => mayNotify(room, draft.sender, 'room'))]

/** Whether a sender may notify everybody by a name, such as `room`. client-server-api/#mroompower_levels */
export const mayNotify = (room: Room, sender: string, name: string): boolean => {
  const lookup = builderState(room)
  return powerOf(room.version, sender, lookup) >= levelToNotify(room.version, name, lookup)
}
