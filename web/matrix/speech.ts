import type { Content } from './event.ts'
import { relationOf } from './event.ts'
import { editContent, type Mention, messageContent, reactionContent } from './message-content.ts'
import type { Reaction } from './relations.ts'
import type { Room } from './room.ts'
import { maySend, powerOf, stateOf } from './room-state.ts'
import type { SendQueue } from './send-queue.ts'

/** What a person says in a room, given to the outbox. */
export interface Speech {
  say(room: Room, text: string, mentions?: readonly Mention[], replyTo?: string): Promise<void>
  edit(room: Room, eventId: string, text: string, mentions?: readonly Mention[]): Promise<void>
  /** Adds the reader's reaction, or takes it back. */
  react(room: Room, eventId: string, key: string, present: Reaction | undefined): Promise<void>
  remove(room: Room, eventId: string): Promise<void>
}

interface Needs {
  readonly me: string
  readonly queue: Pick<SendQueue, 'add' | 'discard'>
}

const notifyLevel = (room: Room): number => {
  const levels = stateOf(room.state.value, 'm.room.power_levels')?.['notifications']
  const needed = (levels as { readonly room?: unknown } | undefined)?.room
  return typeof needed === 'number' ? needed : 50
}

/** Creates the deeds. */
export const createSpeech = ({ me, queue }: Needs): Speech => {
  const mayNotifyRoom = (room: Room) => powerOf(room.state.value, me) >= notifyLevel(room)
  const put = async (room: Room, type: string, content: Content) => void (await queue.add({ roomId: room.roomId, type, content }))

  const remove = async (room: Room, eventId: string) =>
    void (await queue.add({ roomId: room.roomId, type: 'm.room.redaction', content: {}, redacts: eventId }))

  return {
    say: async (room, text, mentions = [], replyTo) => {
      const answered = replyTo === undefined ? undefined : room.timeline.get(replyTo)
      const relation = answered && relationOf(answered.content)
      const thread = relation?.type === 'm.thread' ? relation.target : undefined
      const reply = answered && { eventId: answered.event_id, sender: answered.sender, thread }
      await put(room, 'm.room.message', messageContent({ text, mentions, mayNotifyRoom: mayNotifyRoom(room), replyTo: reply }, me))
    },
    edit: async (room, eventId, text, mentions = []) => {
      const original = room.timeline.get(eventId)?.content ?? {}
      await put(room, 'm.room.message', editContent(eventId, original, { text, mentions, mayNotifyRoom: mayNotifyRoom(room) }))
    },
    react: async (room, eventId, key, present) => {
      if (!present?.mine) {
        if (maySend(room.state.value, me, 'm.reaction')) await put(room, 'm.reaction', reactionContent(eventId, key))
      } else if (present.mine.eventId) await remove(room, present.mine.eventId)
      else if (present.mine.entryId) await queue.discard(present.mine.entryId)
    },
    remove,
  }
}
