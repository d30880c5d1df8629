import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { creatorsOf } from '../protocol/power-levels.ts'
import { roomVersion } from '../protocol/room-versions.ts'
import { membershipOf } from '../protocol/state-map.ts'
import type { AlterRoom } from '../rooms/alter-room.ts'
import { kindOf } from '../rooms/kind.ts'
import type { FirstEvent, NewRoom } from '../rooms/new-room.ts'
import type { People } from '../rooms/people.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import { committedState } from '../rooms/room.ts'

/** A direct conversation as a room: all its people are its creators. */
export interface DirectRoom {
  /** Makes one, with everybody in it. */
  make(maker: UserId, others: readonly UserId[]): Promise<RoomId>
  /** Whether the room is the conversation of these people, who are in order. */
  isOf(roomId: RoomId, people: readonly UserId[]): Promise<boolean>
  /** Who of the people is not in it; `undefined` when nobody is left in it who could let them in. */
  absent(roomId: RoomId, people: readonly UserId[]): Promise<UserId[] | undefined>
  /** Makes those members again who had left. @throws M_FORBIDDEN when the last one has just left */
  bringBack(roomId: RoomId, people: readonly UserId[]): Promise<void>
}

interface Needs {
  newRoom: NewRoom
  alterRoom: AlterRoom
  roomStates: RoomStates
  people: People
}

const version = roomVersion('12')!
// All are creators: nobody outranks another, and the server lets nobody else in.
const powerLevels = {
  ...{ users_default: 0, events_default: 0, state_default: 50, invite: 101, kick: 101, ban: 101, redact: 101 },
  events: { 'm.room.tombstone': 150, 'chat.hallway.kind': 101 },
}
const settings = {
  'm.room.power_levels': powerLevels,
  'm.room.join_rules': { join_rule: 'invite' },
  'm.room.history_visibility': { history_visibility: 'shared' },
  'm.room.guest_access': { guest_access: 'forbidden' },
  'chat.hallway.kind': { kind: 'dm' },
}

const member = (sender: UserId, target: UserId, content: JsonObject): FirstEvent & { stateKey: string } => ({
  sender,
  type: 'm.room.member',
  stateKey: target,
  content,
})
const invitation = (profile: JsonObject): JsonObject => ({ ...profile, membership: 'invite', is_direct: true })
const joining = (profile: JsonObject): JsonObject => ({ ...profile, membership: 'join' })

export function createDirectRoom({ newRoom, alterRoom, roomStates, people }: Needs): DirectRoom {
  return {
    make: async (maker, others) => {
      const events: FirstEvent[] = [
        { sender: maker, type: 'm.room.create', stateKey: '', content: { room_version: version.id, additional_creators: others } },
        member(maker, maker, joining(await people.memberProfile(maker))),
        ...Object.entries(settings).map(([type, content]) => ({ sender: maker, type, stateKey: '', content })),
      ]
      for (const other of others) {
        const profile = await people.memberProfile(other)
        events.push(member(maker, other, invitation(profile)), member(other, other, joining(profile)))
      }
      return (await newRoom(version, events)).room.roomId
    },
    isOf: async (roomId, everyone) => {
      const room = await roomStates.open(roomId)
      if (room === undefined || kindOf(committedState(room)) !== 'dm') return false
      const creators = creatorsOf(room.version, committedState(room)('m.room.create', ''))
      return creators.length === everyone.length && everyone.every((userId) => creators.includes(userId))
    },
    absent: async (roomId, everyone) => {
      const room = await roomStates.open(roomId)
      if (room === undefined) return undefined
      await roomStates.loadMembers(room, everyone)
      const absent = everyone.filter((userId) => membershipOf(committedState(room), userId) !== 'join')
      return absent.length === everyone.length ? undefined : absent
    },
    bringBack: async (roomId, everyone) => {
      const profiles = new Map(await Promise.all(everyone.map(async (userId) => [userId, await people.memberProfile(userId)] as const)))
      await alterRoom(roomId, { users: everyone }, ({ state, send }) => {
        const host = everyone.find((userId) => membershipOf(state, userId) === 'join')
        if (host === undefined) throw new MatrixError('M_FORBIDDEN', 'Everybody has just left this conversation; open it again.')
        for (const [userId, profile] of profiles) {
          const membership = membershipOf(state, userId)
          if (membership === 'join') continue
          if (membership !== 'invite') send(member(host, userId, invitation(profile)))
          send(member(userId, userId, joining(profile)))
        }
      })
    },
  }
}
