import type { UserId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { powerOf } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Chance } from './chance.ts'
import { keyOf, lookupInState, type State } from './naive-state.ts'
import type { Wish } from './room-graph.ts'

/** Somebody in front of a room as their server knows it, about to do something. */
export interface Scene {
  readonly version: RoomVersion
  readonly chance: Chance
  readonly actor: UserId
  readonly users: readonly UserId[]
  readonly servers: readonly string[]
  /** What happened anywhere, known to the actor's server or not. */
  readonly past: readonly Event[]
  readonly state: State
}

/** What somebody does; `undefined` where it makes no sense. */
export type Deed = (scene: Scene) => Wish | undefined

export const contentIn = ({ state }: Scene, type: string, stateKey = ''): JsonObject => state.get(keyOf(type, stateKey))?.pdu.content ?? {}

export const membershipIn = (scene: Scene, userId: UserId): unknown => contentIn(scene, 'm.room.member', userId)['membership'] ?? 'leave'

/** The users other than the actor whose membership is one of these. */
export const others = (scene: Scene, ...memberships: string[]): UserId[] =>
  scene.users.filter((userId) => userId !== scene.actor && memberships.includes(String(membershipIn(scene, userId))))

export const powerIn = (scene: Scene, userId: UserId): number => powerOf(scene.version, userId, lookupInState(scene.state))

/** The actor sets a piece of state. */
export const setState = ({ actor }: Scene, type: string, content: JsonObject, stateKey = ''): Wish => ({
  sender: actor,
  type,
  stateKey,
  content,
})

/** The actor changes a membership, if there is a member to change. */
export const setMembership = (
  { actor }: Scene,
  target: UserId | undefined,
  membership: string,
  content: JsonObject = {},
): Wish | undefined =>
  target === undefined ? undefined : { sender: actor, type: 'm.room.member', stateKey: target, content: { membership, ...content } }

/** The other servers of the room. */
export const otherServers = ({ servers, actor }: Scene): string[] => servers.filter((server) => server !== serverNameOf(actor))
