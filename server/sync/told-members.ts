import type { StoredEvent } from '../storage/stored-event.ts'
import { createLru } from '../storage/lru.ts'

/** Which memberships a device has been told of while it loads members lazily. client-server-api/#lazy-loading-room-members */
export interface ToldMembers {
  /** A client comes back as of position `from`: responses that went further were lost, and what they told is void. */
  resume(deviceNid: number, roomNid: number, from: number): void
  /** Whether the client knows of this membership. */
  knows(deviceNid: number, roomNid: number, member: StoredEvent): boolean
  /** The room comes anew: a client may have dropped all that it knew of it. */
  forget(deviceNid: number, roomNid: number): void
  /** Notes what a response up to a position tells. */
  note(deviceNid: number, roomNid: number, upTo: number, events: readonly StoredEvent[]): void
}

interface Told {
  /** The position of the last response that told something. */
  latest: number
  readonly members: Map<string, { readonly nid: number; readonly at: number }>
}

/** Members remembered a room, at most. */
const mostMembers = 10_000

/** It only saves repetitions, so it may forget. */
export function createToldMembers(): ToldMembers {
  const rooms = createLru<string, Told>(20_000)
  const nameOf = (deviceNid: number, roomNid: number) => `${deviceNid} ${roomNid}`
  return {
    resume: (deviceNid, roomNid, from) => {
      const told = rooms.get(nameOf(deviceNid, roomNid))
      if (told === undefined || told.latest <= from) return
      for (const [userId, { at }] of told.members) if (at > from) told.members.delete(userId)
      told.latest = from
    },
    knows: (deviceNid, roomNid, member) => rooms.get(nameOf(deviceNid, roomNid))?.members.get(member.stateKey!)?.nid === member.nid,
    forget: (deviceNid, roomNid) => {
      rooms.delete(nameOf(deviceNid, roomNid))
    },
    note: (deviceNid, roomNid, upTo, events) => {
      const name = nameOf(deviceNid, roomNid)
      for (const event of events) {
        if (event.type !== 'm.room.member') continue
        let told = rooms.get(name)
        if (told === undefined) rooms.set(name, (told = { latest: upTo, members: new Map() }))
        told.latest = upTo
        if (told.members.size < mostMembers) told.members.set(event.stateKey!, { nid: event.nid, at: upTo })
      }
    },
  }
}
