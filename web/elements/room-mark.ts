import { html, type TemplateResult } from 'lit'
import type { Room } from '../matrix/room.ts'
import { functionalMembers, isOpen } from '../matrix/room-state.ts'
import { msg } from '../strings/msg.ts'
import { icon, type IconName } from './icon.ts'
import './avatar-disc.ts'

const drawingOf = (room: Room): IconName => {
  const kind = room.kind.value
  if (kind === 'announcement') return 'horn'
  if (kind === 'group') return 'group'
  return isOpen(room.state.value) ? 'hash' : 'lock'
}

/** The other people of a room. */
export const othersIn = (room: Room, me: string): string[] => {
  const functional = functionalMembers(room.state.value)
  return [...room.members.value.values()]
    .filter(({ userId, membership }) => userId !== me && !functional.has(userId) && ['join', 'invite'].includes(membership))
    .map(({ userId }) => userId)
}

/** What stands before a room's name: the face of the other person, or the sign of its kind. */
export const roomMark = (room: Room, me: string, size = 18): TemplateResult => {
  if (room.kind.value !== 'dm') return icon(drawingOf(room), size)
  const others = othersIn(room, me)
  return html`<avatar-disc uid=${others[0] ?? room.roomId} name=${room.name.value || msg('room.noName')} size=${size + 4}></avatar-disc>`
}

/** What the mark says, in words. */
export const markLabel = (room: Room): string => {
  const kind = room.kind.value
  if (kind === 'channel') return isOpen(room.state.value) ? msg('kind.channel') : msg('kind.private')
  if (kind === 'space') return msg('kind.channel')
  return msg(`kind.${kind}`)
}

/** The room's name, or what stands for one. */
export const roomName = (room: Room): string => room.name.value || msg('room.noName')
