import { LRUCache } from 'lru-cache'
import type { StoredEvent } from '../storage/stored-event.ts'

/** Which memberships a device has been told of while it loads members lazily. client-server-api/#lazy-loading-room-members */
export interface ToldMembers {
  /** Whether a client that has come as far as position `from` knows of this membership. */
  knows(deviceNid: number, roomNid: number, from: number, member: StoredEvent): boolean
  /** The room comes anew: a client may have dropped all that it knew of it. */
  forget(deviceNid: number, roomNid: number): void
  /** Notes what a response up to a position tells; it counts once the client comes back with that position. */
  note(deviceNid: number, roomNid: number, upTo: number, events: readonly StoredEvent[]): void
}

/** It only saves repetitions, so it may forget. */
export function createToldMembers(): ToldMembers {
  const rooms = new LRUCache<string, Map<string, { nid: number; at: number }>>({ max: 20_000 })
  return {
    knows: (deviceNid, roomNid, from, member) => {
      const told = rooms.get(`${deviceNid} ${roomNid}`)?.get(member.stateKey!)
      return told?.nid === member.nid && told.at <= from
    },
    forget: (deviceNid, roomNid) => {
      rooms.delete(`${deviceNid} ${roomNid}`)
    },
    note: (deviceNid, roomNid, upTo, events) => {
      for (const event of events) {
        if (event.type !== 'm.room.member') continue
        const key = `${deviceNid} ${roomNid}`
        let told = rooms.get(key)
        if (told === undefined) rooms.set(key, (told = new Map()))
        if (told.size < 10_000) told.set(event.stateKey!, { nid: event.nid, at: upTo })
      }
    },
  }
}
