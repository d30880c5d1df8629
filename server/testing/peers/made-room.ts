import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import { selectAuthEvents } from '../../protocol/auth-events.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { roomVersion, type RoomVersion } from '../../protocol/room-versions.ts'
import { createRandom } from '../random.ts'
import { createChance } from '../room-graphs/chance.ts'
import { createNaiveRoom, type NaiveRoom } from '../room-graphs/naive-room.ts'
import { lookupInState } from '../room-graphs/naive-state.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { createRealSeal } from '../room-graphs/sealing.ts'

export const ada: UserId = '@ada:one.example'
export const bob: UserId = '@bob:two.example'
export const mal: UserId = '@mal:evil.example'
/** Of the server that receives, in tests. */
export const eve: UserId = '@eve:here.example'

/** What somebody sends. What is absent is as it should be: behind the last event, by what the state there says. */
export interface Making {
  readonly stateKey?: string
  readonly after?: readonly Event[]
  readonly auth?: readonly Event[]
  readonly depth?: number
  /** Milliseconds since the Unix epoch. */
  readonly ts?: number
  readonly redacts?: EventId
  readonly coSigner?: string
}

/** A room that tests make by hand, of events that are really hashed and signed. */
export interface MadeRoom extends RoomGraph {
  readonly events: Event[]
  readonly model: NaiveRoom
  add(sender: UserId, type: string, content: JsonObject, making?: Making): Event
  /** The same, of which the room does not know. */
  make(sender: UserId, type: string, content: JsonObject, making?: Making): Event
  say(sender: UserId, body: string, making?: Making): Event
  join(userId: UserId, making?: Making): Event
  last(): Event
}

const opening: readonly [type: string, stateKey: string, content: JsonObject][] = [
  ['m.room.member', ada, { membership: 'join' }],
  ['m.room.power_levels', '', { users: { [ada]: 100 }, state_default: 50, users_default: 0 }],
  ['m.room.join_rules', '', { join_rule: 'public' }],
  ['m.room.history_visibility', '', { history_visibility: 'shared' }],
]

/** Ada's public room. @param name of its ID, where that is no hash */
export function makeRoom(versionId: string, name = 'made'): MadeRoom {
  const version: RoomVersion = roomVersion(versionId)!
  // A name has its own IDs, where those are chosen.
  const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  const seal = createRealSeal(version, createChance(createRandom(seed)))
  const model = createNaiveRoom(version)
  const events: Event[] = []
  let roomId: RoomId | undefined = version.createOmitsRoomId ? undefined : `!${name}:one.example`
  let clock = 1_700_000_000_000

  const make: MadeRoom['make'] = (sender, type, content, { stateKey, after = events.slice(-1), auth, depth, ts, ...rest } = {}) => {
    const before = model.stateOver(after.filter((event) => events.includes(event)).map(({ eventId }) => eventId))
    const wish = { sender, type, content, ...(stateKey !== undefined && { stateKey }) }
    return seal({
      ...wish,
      ...rest,
      roomId,
      prevEvents: after,
      authEvents: auth ?? selectAuthEvents(version, wish, lookupInState(before)),
      depth: depth ?? Math.max(0, ...after.map(({ pdu }) => pdu.depth)) + 1,
      ts: ts ?? (clock += 1000),
    })
  }
  const add: MadeRoom['add'] = (...args) => {
    const event = make(...args)
    model.place(event)
    events.push(event)
    roomId = event.roomId
    return event
  }
  const founding = { room_version: versionId, ...(version.creatorInContent && { creator: ada }), ...(roomId === undefined && { name }) }
  add(ada, 'm.room.create', founding, { stateKey: '' })
  for (const [type, stateKey, given] of opening) {
    const content = type === 'm.room.power_levels' && version.privilegedCreators ? { ...given, users: {} } : given
    add(ada, type, content, { stateKey })
  }
  return {
    version,
    seed,
    roomId: roomId!,
    events,
    model,
    add,
    make,
    say: (sender, body, making) => add(sender, 'm.room.message', { msgtype: 'm.text', body }, making),
    join: (userId, making) => add(userId, 'm.room.member', { membership: 'join' }, { ...making, stateKey: userId }),
    last: () => events.at(-1)!,
  }
}
