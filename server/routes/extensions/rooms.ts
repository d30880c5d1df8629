import { createPresetRoom, removeMember } from '../../../spec/extensions/rooms.ts'
import { route, type Route } from '../../http/route.ts'
import type { PresetRooms } from '../../team/preset-rooms.ts'
import type { RemoveMember } from '../../team/remove-member.ts'

interface Needs {
  readonly presetRooms: PresetRooms
  readonly removeMember: RemoveMember
}

/** Rooms of the team. spec/extensions/README.md#rooms-from-presets */
export const presetRoomRoutes = ({ presetRooms, removeMember: remove }: Needs): Route[] => [
  route(createPresetRoom, async ({ body, requester }) => ({ room_id: await presetRooms.make(requester, body) })),
  route(removeMember, async ({ params: { roomId }, body: { user_id: target, reason }, requester: { userId: actor } }) => {
    await remove({ roomId, actor, target, reason })
    return {}
  }),
]
