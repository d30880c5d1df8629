import { randomBytes } from 'node:crypto'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { Draft, JsonObject } from '../protocol/event.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { AppendEvents } from './append-event.ts'
import type { BuildEvent } from './build-event.ts'
import { createDeedMentions, ReadFirst } from './deed-mentions.ts'
import type { SingleOut } from './mentions.ts'
import { emptyRoom, type Room } from './room.ts'
import type { RoomStates } from './room-state.ts'

/** An event of a room that is being made. */
export interface FirstEvent {
  readonly sender: UserId
  readonly type: string
  readonly stateKey?: string
  readonly content: JsonObject
}

/**
 * Makes a room of its first events, all of them in one commit: there is never half a room. The first is the create event.
 * @throws M_FORBIDDEN when the rules of the room forbid one of them, by what stands before it
 */
export type NewRoom = (version: RoomVersion, events: readonly FirstEvent[]) => Promise<{ room: Room; events: readonly StoredEvent[] }>

interface Needs {
  serverName: string
  roomStates: RoomStates
  identifiers: Identifiers
  buildEvent: BuildEvent
  appendEvents: AppendEvents
  singleOut: SingleOut
  now: () => number
}

export function createNewRoom({ serverName, roomStates, identifiers, buildEvent, appendEvents, singleOut, now }: Needs): NewRoom {
  let lastTs = 0
  return async (version, [create, ...others]) => {
    if (create === undefined || create.type !== 'm.room.create') throw new TypeError('The first event of a room is its create event.')
    const all = [create, ...others]
    for (const { sender, type, stateKey } of all) {
      await identifiers.user(sender)
      if (stateKey === undefined) continue
      await identifiers.stateKey(type, stateKey)
      if (type === 'm.room.member') await identifiers.user(stateKey as UserId)
    }
    const senderNid = (userId: UserId) => identifiers.knownUser(userId)!
    // The hash of the create event is the room's ID from version 12 on: equal wishes at one moment must not make equal events.
    const ts = (lastTs = Math.max(now(), lastTs + 1))
    const draftOf = (roomId: RoomId, event: FirstEvent): Draft => ({ ...event, roomId, ts })

    // The ID of a version 12 room is the hash of its create event, which is therefore built before there is a room.
    const randomId = `!${randomBytes(18).toString('base64url')}:${serverName}` as RoomId
    const provisional = emptyRoom(0, randomId, version)
    const first = buildEvent(provisional, draftOf(randomId, create), { senderNid: senderNid(create.sender) })
    const room = emptyRoom(await identifiers.addRoom(first.roomId, version.id), first.roomId, version)
    // Nobody else knows this room yet: nothing of a user's past in it needs reading.
    for (const { type, stateKey, sender } of all) {
      room.members.set(sender, undefined)
      if (type === 'm.room.member' && stateKey !== undefined) room.members.set(stateKey, undefined)
    }
    const mentions = createDeedMentions({ singleOut, roomStates })
    const write = async (): Promise<StoredEvent[]> => {
      const events: StoredEvent[] = []
      await appendEvents(room, (next) => {
        events.push(next({ ...first, roomNid: room.nid }))
        for (const event of others) {
          const draft = draftOf(room.roomId, event)
          events.push(next(buildEvent(room, draft, { senderNid: senderNid(event.sender), mentions: mentions.of(room, draft) })))
        }
        mentions.requireRead()
      })
      return events
    }
    for (;;) {
      try {
        const events = await write()
        roomStates.add(room)
        return { room, events }
      } catch (error) {
        if (!(error instanceof ReadFirst)) throw error
        await error.read()
      }
    }
  }
}
