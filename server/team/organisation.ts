import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { JsonObject } from '../protocol/event.ts'
import { joinRuleOf, membershipOf } from '../protocol/state-map.ts'
import { isRestricted } from '../rooms/restricted-join.ts'
import type { AlterRoom, Turn } from '../rooms/alter-room.ts'
import { policyOf } from '../rooms/kind.ts'
import type { People } from '../rooms/people.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { MandatoryRoomStore } from '../storage/mandatory-rooms.ts'
import type { MetaStore } from '../storage/meta.ts'
import { isVisitor } from './policies.ts'
import type { MakeSystemRoom } from './system-rooms.ts'

/** The organisation whose server this is: one Space, and the rooms that everybody is in. */
export interface Organisation {
  /** For start-up: makes the Space at the first one, and lets in whom a crash has kept out. Gives the Space. */
  ensure(): Promise<RoomId>
  /** The Space; throws before `ensure` has resolved. */
  space(): RoomId
  /** Makes somebody a member of the Space and of every mandatory room; members stay as they are. */
  join(userId: UserId): Promise<void>
  /** Notes that a room is mandatory, and makes everybody a member of it. */
  makeMandatory(roomId: RoomId): Promise<void>
}

interface Needs {
  systemUser: UserId
  /** What the Space is called. */
  name: string
  makeSystemRoom: MakeSystemRoom
  alterRoom: AlterRoom
  roomStates: RoomStates
  people: People
  stores: { readonly meta: MetaStore; readonly mandatoryRooms: MandatoryRoomStore }
}

const metaKey = 'organisation_space'
/** Members that one commit lets in. */
const batch = 100

export function createOrganisation({ systemUser, name, makeSystemRoom, alterRoom, roomStates, people, stores }: Needs): Organisation {
  const { meta, mandatoryRooms } = stores
  let space: RoomId | undefined

  /** In the name of the server, which outranks every rule but a ban. */
  const letIn = ({ room, state, send }: Turn, userId: UserId, profile: JsonObject): void => {
    const membership = membershipOf(state, userId)
    if (membership === 'join' || membership === 'ban') return
    const member = (sender: UserId, content: JsonObject) =>
      send({ sender, type: 'm.room.member', stateKey: userId, content: { ...profile, ...content } })
    const vouched = isRestricted(room, state)
    if (!vouched && membership !== 'invite' && joinRuleOf(state) !== 'public') member(systemUser, { membership: 'invite' })
    member(userId, { membership: 'join', ...(vouched && { join_authorised_via_users_server: systemUser }) })
  }

  const admit = async (roomId: RoomId, userIds: readonly UserId[]): Promise<void> => {
    for (let i = 0; i < userIds.length; i += batch) {
      const some = userIds.slice(i, i + batch)
      const profiles = await Promise.all(some.map((userId) => people.memberProfile(userId)))
      await alterRoom(roomId, { users: [systemUser, ...some] }, (turn) => {
        if (policyOf(turn.state).mandatory) for (const [n, userId] of some.entries()) letIn(turn, userId, profiles[n]!)
      })
    }
  }

  const fill = async (roomId: RoomId): Promise<void> => {
    const room = await roomStates.open(roomId)
    if (room !== undefined) await admit(roomId, await mandatoryRooms.missing(room.nid))
  }

  const makeSpace = (): Promise<RoomId> =>
    makeSystemRoom({
      creation: { type: 'm.space', 'm.federate': false },
      powerLevels: {
        users_default: 0,
        events_default: 100,
        state_default: 100,
        invite: 100,
        kick: 100,
        ban: 100,
        redact: 100,
        events: { 'm.room.tombstone': 150 },
      },
      // Nobody comes in but through the server.
      joinRules: { join_rule: 'restricted', allow: [] },
      kind: undefined,
      policy: { mandatory: true },
      alias: undefined,
      name,
      topic: undefined,
      published: false,
      members: [],
    })

  const rename = (roomId: RoomId): Promise<void> =>
    alterRoom(roomId, { users: [systemUser], entries: [['m.room.name', '']] }, ({ state, send }) => {
      if (state('m.room.name', '')?.pdu.content['name'] !== name)
        send({ sender: systemUser, type: 'm.room.name', stateKey: '', content: { name } })
    })

  const known = (): RoomId => {
    if (space === undefined) throw new Error('The organisation has not been set up yet.')
    return space
  }

  return {
    ensure: async () => {
      space = ((await meta.get(metaKey)) ?? (await mandatoryRooms.findSpaceOf(systemUser))) as RoomId | undefined
      space ??= await makeSpace()
      await meta.set(metaKey, space)
      await rename(space)
      await mandatoryRooms.addUnlisted()
      for (const roomId of await mandatoryRooms.list()) await fill(roomId)
      return space
    },
    space: known,
    join: async (userId) => {
      if (isVisitor(userId)) return
      for (const roomId of new Set([known(), ...(await mandatoryRooms.list())])) await admit(roomId, [userId])
    },
    makeMandatory: async (roomId) => {
      await mandatoryRooms.add(roomId)
      await fill(roomId)
    },
  }
}
