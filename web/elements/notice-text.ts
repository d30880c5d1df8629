import { objectOf, type RoomEvent, textOf } from '../matrix/event.ts'
import type { Room } from '../matrix/room.ts'
import { nameOf } from '../matrix/timeline-items.ts'
import { msg } from '../strings/msg.ts'

const memberText = (event: RoomEvent, room: Room): string => {
  const userId = event.state_key ?? ''
  const who = nameOf(
    userId,
    textOf(event.content, 'displayname') ?? textOf(event.unsigned?.prev_content, 'displayname') ?? room.members.value.get(userId)?.name,
  )
  const by = room.nameOf(
    textOf(event.content, 'chat.hallway.actor') ?? textOf(objectOf(event.content, 'chat.hallway.actor'), 'user_id') ?? event.sender,
  )
  const own = event.sender === userId
  const before = textOf(event.unsigned?.prev_content, 'membership')
  switch (textOf(event.content, 'membership')) {
    case 'invite':
      return msg('notice.invited', { by, who })
    case 'ban':
      return msg('notice.banned', { by, who })
    case 'join':
      if (before !== 'join') return msg('notice.joined', { who })
      return msg('notice.renamedSelf', { old: textOf(event.unsigned?.prev_content, 'displayname') ?? nameOf(userId, undefined), who })
    default:
      if (before === 'ban') return msg('notice.unbanned', { by, who })
      if (before === 'invite') return own ? msg('notice.declined', { who }) : msg('notice.withdrawn', { by, who })
      return own ? msg('notice.left', { who }) : msg('notice.removed', { by, who })
  }
}

const sentence = (event: RoomEvent, room: Room): string => {
  const by = room.nameOf(event.sender)
  const isSystem = event.sender.startsWith('@_')
  switch (event.type) {
    case 'm.room.create':
      return isSystem ? msg('notice.createdBySystem') : msg('notice.created', { by })
    case 'm.room.name': {
      const name = textOf(event.content, 'name') ?? ''
      if (name === '') return msg('notice.nameRemoved', { by })
      return isSystem ? msg('notice.namedBySystem', { name }) : msg('notice.named', { by, name })
    }
    case 'm.room.topic': {
      const topic = textOf(event.content, 'topic') ?? ''
      if (topic === '') return msg('notice.topicRemoved', { by })
      return isSystem ? msg('notice.topicBySystem', { topic }) : msg('notice.topic', { by, topic })
    }
    case 'm.room.tombstone':
      return msg('notice.replaced')
    default:
      return memberText(event, room)
  }
}

const shown = 4

/** What neighbouring state events say, in a line. */
export const noticeText = (events: readonly RoomEvent[], room: Room): string => {
  const texts = events.slice(0, shown).map((event) => sentence(event, room))
  const rest = events.length - shown
  return [...texts, ...(rest > 0 ? [msg('notice.more', { count: rest })] : [])].join(' · ')
}
