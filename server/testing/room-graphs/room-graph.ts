import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'

/** A room's history: its events in the order in which a server receives them, each after all that it cites. */
export interface RoomGraph {
  readonly version: RoomVersion
  readonly seed: number
  readonly roomId: RoomId
  readonly events: readonly Event[]
}

/** How a graph is to be. */
export interface GraphOptions {
  readonly version: RoomVersion
  /** How many events. */
  readonly size: number
  /** `cheap`: IDs, hashes and signatures have the right form alone; `real`: they are the event's own. Absent: cheap. */
  readonly seal?: 'real' | 'cheap' | undefined
  /** Of its ID, where that is no hash; rooms that share a database need one each. */
  readonly roomName?: string
}

/** What somebody wants to send. */
export interface Wish {
  readonly sender: UserId
  readonly type: string
  readonly stateKey?: string | undefined
  readonly content: JsonObject
  readonly redacts?: EventId | undefined
  /** A server that signs beside the sender's. */
  readonly coSigner?: string | undefined
  /** When it claims to be sent, where that is part of the deed; milliseconds since the Unix epoch. */
  readonly ts?: number | undefined
}

/** A wish with its place in the graph, before it has an ID. */
export interface Unsealed extends Wish {
  readonly roomId: RoomId | undefined
  readonly depth: number
  /** Milliseconds since the Unix epoch. */
  readonly ts: number
  readonly prevEvents: readonly Event[]
  readonly authEvents: readonly Event[]
}
