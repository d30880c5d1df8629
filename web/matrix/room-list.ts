import type { RoomKind } from './room-state.ts'
import type { Unread } from './unread.ts'

/** What the list knows of a room. */
export interface ListedRoom {
  readonly roomId: string
  readonly kind: RoomKind
  readonly membership: string
  readonly unread: Unread
  readonly activity: number
}

export type SectionName = 'invites' | 'unread' | 'announcements' | 'channels' | 'groups' | 'people'
export interface Section {
  readonly name: SectionName
  readonly roomIds: readonly string[]
}

/** `unread`: what is unread stands on top; `recent`: strictly by activity. */
export type ListSort = 'unread' | 'recent'

const sectionOf = { channel: 'channels', announcement: 'announcements', group: 'groups', dm: 'people', space: 'channels' } as const
const order: readonly SectionName[] = ['invites', 'unread', 'announcements', 'channels', 'groups', 'people']

/** Whether the room has something for the reader. */
export const isUnread = ({ unread }: { readonly unread: Unread }): boolean => unread.messages > 0 || unread.mentions > 0

/**
 * Sorts rooms into sections, most recent first. `open`: the room on the screen, which stays where it was when it was opened:
 * among the unread if `held`, else in its own section.
 */
export const sections = (rooms: readonly ListedRoom[], sort: ListSort, open?: string, held = false): Section[] => {
  const found = new Map<SectionName, ListedRoom[]>()
  for (const room of rooms) {
    if (room.kind === 'space' || !['join', 'invite'].includes(room.membership)) continue
    const onTop = sort === 'unread' && (room.roomId === open ? held : isUnread(room))
    const name = room.membership === 'invite' ? 'invites' : onTop ? 'unread' : sectionOf[room.kind]
    found.set(name, [...(found.get(name) ?? []), room])
  }
  return order.flatMap((name) => {
    const listed = found.get(name)?.sort((a, b) => b.activity - a.activity || (a.roomId < b.roomId ? -1 : 1))
    return listed ? [{ name, roomIds: listed.map((room) => room.roomId) }] : []
  })
}
