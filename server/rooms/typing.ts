import type { RoomId, UserId } from '../../spec/identifiers.ts'

/** Who is typing where. It lives in memory alone: after a restart nobody types. client-server-api/#typing-notifications */
export interface Typing {
  /** `timeout`: milliseconds until it ends by itself; 0 ends it now. */
  set(roomId: RoomId, userId: UserId, timeout: number): void
  usersIn(roomId: RoomId): readonly UserId[]
  /** The number of the last change in a room; 0 if nobody has typed there. */
  changeOf(roomId: RoomId): number
  /** The number of the last change anywhere. */
  counter(): number
  subscribe(listener: (roomId: RoomId) => void): void
  stop(): void
}

/** The longest that one call makes somebody type, in milliseconds. */
const longest = 120_000

export function createTyping({ now }: { now: () => number }): Typing {
  const rooms = new Map<RoomId, { change: number; until: Map<UserId, number> }>()
  const listeners: ((roomId: RoomId) => void)[] = []
  let counter = 0
  let timer: NodeJS.Timeout | undefined
  let timerEnds = 0

  const changed = (roomId: RoomId, room: { change: number }): void => {
    room.change = ++counter
    for (const listener of listeners) listener(roomId)
  }
  const schedule = (): void => {
    let next = Infinity
    for (const { until } of rooms.values()) for (const end of until.values()) next = Math.min(next, end)
    if (next === Infinity || (timer !== undefined && timerEnds <= next)) return
    clearTimeout(timer)
    timerEnds = next
    timer = setTimeout(expire, Math.max(10, next - now()))
    timer.unref()
  }
  const expire = (): void => {
    timer = undefined
    const time = now()
    for (const [roomId, room] of rooms) {
      const ended = [...room.until].filter(([, end]) => end <= time)
      for (const [userId] of ended) room.until.delete(userId)
      if (ended.length > 0) changed(roomId, room)
    }
    schedule()
  }

  return {
    set: (roomId, userId, timeout) => {
      let room = rooms.get(roomId)
      if (room === undefined) {
        if (timeout <= 0) return
        rooms.set(roomId, (room = { change: 0, until: new Map() }))
      }
      const was = room.until.has(userId)
      if (timeout > 0) room.until.set(userId, now() + Math.min(timeout, longest))
      else room.until.delete(userId)
      if (was !== room.until.has(userId)) changed(roomId, room)
      schedule()
    },
    usersIn: (roomId) => [...(rooms.get(roomId)?.until.keys() ?? [])],
    changeOf: (roomId) => rooms.get(roomId)?.change ?? 0,
    counter: () => counter,
    subscribe: (listener) => {
      listeners.push(listener)
    },
    stop: () => clearTimeout(timer),
  }
}
