import type { BodyOf } from '../../../spec/endpoint.ts'
import { createRoom, listRoomAliases, upgradeRoom } from '../../../spec/client/rooms.ts'
import type { RoomId } from '../../../spec/identifiers.ts'
import { route, type Requester, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import type { JsonObject } from '../../protocol/event.ts'
import type { Aliases } from '../../rooms/aliases.ts'
import type { CreateRoom, CreationRequest } from '../../rooms/create-room.ts'
import type { Upgrades } from '../../rooms/upgrade-room.ts'
import type { PresetRooms } from '../../team/preset-rooms.ts'

interface Needs {
  readonly createRoom: CreateRoom
  readonly presetRooms: PresetRooms
  readonly aliases: Aliases
  readonly upgrades: Pick<Upgrades, 'upgrade'>
}

type Body = BodyOf<typeof createRoom>

const readRequest = (body: Body): CreationRequest => ({
  visibility: body.visibility,
  aliasName: body.room_alias_name,
  name: body.name,
  topic: body.topic,
  invite: body.invite,
  version: body.room_version,
  creationContent: body.creation_content as JsonObject | undefined,
  initialState: body.initial_state?.map(({ type, state_key = '', content }) => ({ type, stateKey: state_key, content })),
  preset: body.preset,
  isDirect: body.is_direct,
  powerLevels: body.power_level_content_override,
})

/** Making rooms, replacing them, and the names that one has here. */
export const roomRoutes = ({ createRoom: makeRoom, presetRooms, aliases, upgrades }: Needs): Route[] => {
  const make = async (requester: Requester, body: Body): Promise<RoomId> => {
    if (body.invite_3pid !== undefined && body.invite_3pid.length > 0) {
      throw new MatrixError('M_INVALID_PARAM', 'This server cannot invite by e-mail or telephone; invite people by their user IDs.')
    }
    const preset = body['chat.hallway.preset']
    if (preset === undefined) return makeRoom(requester.userId, readRequest(body))
    return presetRooms.make(requester, { preset, name: body.name, topic: body.topic, alias: body.room_alias_name, invite: body.invite })
  }
  return [
    route(createRoom, async ({ body, requester }) => ({ room_id: await make(requester, body) })),
    route(upgradeRoom, async ({ params: { roomId }, body: { new_version: version, additional_creators = [] }, requester }) => ({
      replacement_room: await upgrades.upgrade(requester.userId, roomId, { version, additionalCreators: additional_creators }),
    })),
    route(listRoomAliases, async ({ params: { roomId }, requester }) => ({ aliases: [...(await aliases.list(requester, roomId))] })),
  ]
}
