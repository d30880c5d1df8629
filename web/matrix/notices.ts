import { type RoomEvent, textOf } from './event.ts'

const noticeTypes = new Set(['m.room.member', 'm.room.name', 'm.room.topic', 'm.room.create', 'm.room.tombstone'])
const isOfServer = (userId: string | undefined) => userId?.startsWith('@_') === true

/** Whether the event changes the room in a way that people should see. What the server's own account does to itself is none. */
export const isNotice = (event: RoomEvent): boolean => {
  if (event.state_key === undefined || !noticeTypes.has(event.type)) return false
  if (event.type !== 'm.room.member') return true
  const before = event.unsigned?.prev_content
  const isSame = (key: string) => textOf(before, key) === textOf(event.content, key)
  return !isOfServer(event.state_key) && !(isSame('membership') && isSame('displayname'))
}

/** Of neighbouring notices those that say something new: a join makes its invitation superfluous, the beginning its name and topic. */
export const worthShowing = (run: readonly RoomEvent[]): RoomEvent[] => {
  const create = run.find((event) => event.type === 'm.room.create')
  const last = new Map(run.filter((event) => event.type === 'm.room.member').map((event) => [event.state_key, event]))
  return run.filter((event) => {
    if (event.type === 'm.room.member') {
      if (create && event.state_key === create.sender) return false
      const isJoined = textOf(last.get(event.state_key)?.content, 'membership') === 'join'
      return last.get(event.state_key) === event || !isJoined
    }
    return !create || event === create
  })
}
