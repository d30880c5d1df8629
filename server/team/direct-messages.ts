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
import { committedState } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { DirectRoomStore } from '../storage/direct-rooms.ts'
import type { DirectList } from './direct-list.ts'
import { requireStaff } from './policies.ts'

/**
 * Opens the one direct conversation of the requester and others: the one there is, with those back in it who had left, or a new one.
 * Of many who open it at once, one makes it. spec/extensions/README.md#direct-conversations
 * @throws M_INVALID_PARAM when nobody else is named; M_NOT_FOUND, M_FORBIDDEN and M_INVITE_BLOCKED for people who cannot be brought in
 */
export type OpenDirectMessage = (requester: UserId, others: readonly UserId[]) => Promise<{ readonly roomId: RoomId; readonly created: boolean }>

interface Needs {
  newRoom: NewRoom
  alterRoom: AlterRoom
  roomStates: RoomStates
  people: People
  directRooms: DirectRoomStore
  directList: DirectList
  /** The rooms that a user is joined to. */
  joinedRooms: (userId: UserId) => Promise<readonly RoomId[]>
}

const version = roomVersion('12')!
// All are creators: nobody outranks another, and the server lets nobody else in.
const powerLevels = { users_default: 0, events_default: 0, state_default: 50, invite: 101, kick: 101, ban: 101, redact: 101, events: { 'm.room.tombstone': 150, 'chat.hallway.kind': 101 } }

export function createOpenDirectMessage({ newRoom, alterRoom, roomStates, people, directRooms, directList, joinedRooms }: Needs): OpenDirectMessage {
  const opening = new Map<string, Promise<{ roomId: RoomId; created: boolean }>>()

  const make = async (requester: UserId, others: readonly UserId[]): Promise<RoomId> => {
    const state = (type: string, content: JsonObject, stateKey = '', sender = requester): FirstEvent => ({ sender, type, stateKey, content })
    const events = [
      state('m.room.create', { room_version: version.id, additional_creators: others }),
      state('m.room.member', { ...(await people.memberProfile(requester)), membership: 'join' }, requester),
      state('m.room.power_levels', powerLevels),
      state('m.room.join_rules', { join_rule: 'invite' }),
      state('m.room.history_visibility', { history_visibility: 'shared' }),
      state('m.room.guest_access', { guest_access: 'forbidden' }),
      state('chat.hallway.kind', { kind: 'dm' }),
    ]
    for (const other of others) {
      const profile = await people.memberProfile(other)
      events.push(state('m.room.member', { ...profile, membership: 'invite', is_direct: true }, other))
      events.push(state('m.room.member', { ...profile, membership: 'join' }, other, other))
    }
    return (await newRoom(version, events)).room.roomId
  }

  /** The conversation of these people, if a crash has kept it from being noted. */
  const findUnnoted = async (requester: UserId, everyone: readonly UserId[]): Promise<RoomId | undefined> => {
    for (const roomId of await joinedRooms(requester)) {
      const room = await roomStates.open(roomId)
      if (room === undefined || kindOf(committedState(room)) !== 'dm') continue
      if ([...creatorsOf(room.version, committedState(room)('m.room.create', ''))].sort().join() === everyone.join()) return roomId
    }
    return undefined
  }

  /** Who of them is not in the room; `undefined` when nobody is left in it who could let them in. */
  const absentFrom = async (roomId: RoomId, everyone: readonly UserId[]): Promise<UserId[] | undefined> => {
    const room = await roomStates.open(roomId)
    if (room === undefined) return undefined
    await roomStates.loadMembers(room, everyone)
    const absent = everyone.filter((userId) => membershipOf(committedState(room), userId) !== 'join')
    return absent.length === everyone.length ? undefined : absent
  }

  const bringBack = async (roomId: RoomId, everyone: readonly UserId[], absent: readonly UserId[]): Promise<void> => {
    const profiles = await Promise.all(absent.map((userId) => people.memberProfile(userId)))
    await alterRoom(roomId, { users: everyone }, ({ state, send }) => {
      const isJoined = (userId: UserId) => membershipOf(state, userId) === 'join'
      const host = everyone.find(isJoined)
      if (host === undefined) throw new MatrixError('M_FORBIDDEN', 'Everybody has just left this conversation; open it again.')
      for (const [i, userId] of absent.entries()) {
        if (isJoined(userId)) continue
        const member = (sender: UserId, content: JsonObject) => send({ sender, type: 'm.room.member', stateKey: userId, content: { ...profiles[i], ...content } })
        if (membershipOf(state, userId) !== 'invite') member(host, { membership: 'invite', is_direct: true })
        member(userId, { membership: 'join' })
      }
    })
  }

  const open = async (requester: UserId, others: readonly UserId[], everyone: readonly UserId[]) => {
    const noted = await directRooms.find(everyone)
    const present = noted === 'unfinished' ? await findUnnoted(requester, everyone) : noted
    const absent = present === undefined ? undefined : await absentFrom(present, everyone)
    for (const userId of absent ?? others) if (userId !== requester) await people.requireInvitable(userId)
    if (present !== undefined && absent !== undefined) {
      if (absent.length > 0) await bringBack(present, everyone, absent)
      if (noted === present && absent.length === 0) return { roomId: present, created: false }
    }
    await directRooms.begin(everyone)
    const roomId = present !== undefined && absent !== undefined ? present : await make(requester, others)
    for (const userId of everyone) await directList.add(userId, everyone.filter((other) => other !== userId), roomId)
    await directRooms.put(everyone, roomId)
    return { roomId, created: roomId !== present }
  }

  return async (requester, named) => {
    const everyone = [...new Set([requester, ...named])].sort()
    const others = everyone.filter((userId) => userId !== requester)
    if (others.length === 0) throw new MatrixError('M_INVALID_PARAM', 'Name somebody else to talk with.')
    for (const userId of everyone) requireStaff(userId)
    const key = everyone.join()
    const present = opening.get(key)
    // Whoever comes while it is being opened shares what comes of it.
    if (present !== undefined) return present.then(({ roomId }) => ({ roomId, created: false }))
    const result = open(requester, others, everyone).finally(() => opening.delete(key))
    opening.set(key, result)
    return result
  }
}
