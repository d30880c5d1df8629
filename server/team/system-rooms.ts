import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { topicContent } from '../rooms/create-room-events.ts'
import type { MakeRoom } from '../rooms/create-room.ts'
import type { FirstEvent } from '../rooms/new-room.ts'
import type { People } from '../rooms/people.ts'

/** A room that the server itself makes, in version 12, so that ownership among people can change hands. */
export interface SystemRoom {
  readonly creation: JsonObject
  readonly powerLevels: JsonObject
  readonly joinRules: JsonObject
  readonly kind: string | undefined
  readonly policy: JsonObject
  readonly alias: RoomAlias | undefined
  readonly name: string | undefined
  readonly topic: string | undefined
  readonly published: boolean
  /** Who is in it from the first; the first of them is said to have added the others. */
  readonly members: readonly UserId[]
}

/** Makes such a room, its members in it, in one commit. @throws M_ROOM_IN_USE when the alias is taken */
export type MakeSystemRoom = (room: SystemRoom) => Promise<RoomId>

interface Needs {
  makeRoom: MakeRoom
  people: People
  systemUser: UserId
}

const version = roomVersion('12')!

export function createMakeSystemRoom({ makeRoom, people, systemUser }: Needs): MakeSystemRoom {
  const stateOf = (
    { creation, powerLevels, joinRules, kind, policy, alias, name, topic }: SystemRoom,
    profile: JsonObject,
  ): FirstEvent[] => {
    const state = (type: string, content: JsonObject, stateKey = ''): FirstEvent => ({ sender: systemUser, type, stateKey, content })
    return [
      state('m.room.create', { ...creation, room_version: version.id }),
      state('m.room.member', { ...profile, membership: 'join' }, systemUser),
      state('m.room.power_levels', powerLevels),
      ...(alias === undefined ? [] : [state('m.room.canonical_alias', { alias })]),
      state('m.room.join_rules', joinRules),
      state('m.room.history_visibility', { history_visibility: 'shared' }),
      state('m.room.guest_access', { guest_access: 'forbidden' }),
      ...(kind === undefined ? [] : [state('chat.hallway.kind', { kind })]),
      ...(Object.keys(policy).length === 0 ? [] : [state('chat.hallway.policy', policy)]),
      state('io.element.functional_members', { service_members: [systemUser] }),
      ...(name === undefined ? [] : [state('m.room.name', { name })]),
      ...(topic === undefined ? [] : [state('m.room.topic', topicContent(topic))]),
    ]
  }

  /** The first is let in by the server, the others by the first, unless nobody may. */
  const entries = async ({ members, powerLevels }: SystemRoom): Promise<FirstEvent[]> => {
    const events: FirstEvent[] = []
    const host = Number(powerLevels['invite']) > 100 ? systemUser : members[0]
    for (const [i, userId] of members.entries()) {
      const profile = await people.memberProfile(userId)
      const member = (sender: UserId, membership: string): FirstEvent => ({
        sender,
        type: 'm.room.member',
        stateKey: userId,
        content: { ...profile, membership },
      })
      events.push(member(i === 0 ? systemUser : host!, 'invite'), member(userId, 'join'))
    }
    return events
  }

  return async (room) => {
    const profile = await people.memberProfile(systemUser)
    return makeRoom(version, room.alias, [...stateOf(room, profile), ...(await entries(room))], room.published)
  }
}
