import {
  deleteRoomAlias,
  getDirectoryVisibility,
  getRoomAlias,
  getRoomSummary,
  listPublicRooms,
  queryPublicRooms,
  setDirectoryVisibility,
  setRoomAlias,
} from '../../../spec/client/directory.ts'
import type { RoomId } from '../../../spec/identifiers.ts'
import { route, type Requester, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import type { Aliases } from '../../rooms/aliases.ts'
import type { Directory, DirectoryPage, DirectoryQuery } from '../../rooms/directory.ts'
import type { SummariseRoom } from '../../rooms/room-summary.ts'

interface Needs {
  readonly serverName: string
  readonly aliases: Aliases
  readonly directory: Directory
  readonly summariseRoom: SummariseRoom
  /** Whether those who are not logged in may read the directory and summaries of open rooms. */
  readonly openToAnyone: boolean
}

const pageBody = ({ rooms, next, previous, total }: DirectoryPage) => ({
  chunk: [...rooms],
  ...(next !== undefined && { next_batch: next }),
  ...(previous !== undefined && { prev_batch: previous }),
  total_room_count_estimate: total,
})

/** Aliases, the published directory, and what a room is before one joins it. */
export const directoryRoutes = ({ serverName, aliases, directory, summariseRoom, openToAnyone }: Needs): Route[] => {
  const requireReader = (requester: Requester | undefined): void => {
    if (requester === undefined && !openToAnyone) throw new MatrixError('M_MISSING_TOKEN', 'Log in to look for rooms here.')
  }
  const page = async (server: string | undefined, query: DirectoryQuery) => {
    if (server !== undefined && server !== serverName)
      throw new MatrixError('M_FORBIDDEN', 'This server does not ask others for their rooms; leave "server" out.')
    return pageBody(await directory.page(query))
  }
  return [
    route(getRoomAlias, async ({ params: { roomAlias } }) => {
      const { roomId, servers } = await aliases.resolve(roomAlias)
      return { room_id: roomId, servers: [...servers] }
    }),
    route(setRoomAlias, async ({ params: { roomAlias }, body, requester }) => {
      await aliases.add(requester, roomAlias, body.room_id)
      return {}
    }),
    route(deleteRoomAlias, async ({ params: { roomAlias }, requester }) => {
      await aliases.remove(requester, roomAlias)
      return {}
    }),
    route(getDirectoryVisibility, async ({ params: { roomId } }) => ({
      visibility: (await directory.isPublished(roomId)) ? ('public' as const) : ('private' as const),
    })),
    route(setDirectoryVisibility, async ({ params: { roomId }, body: { visibility = 'public' }, requester }) => {
      await directory.setPublished(requester, roomId, visibility === 'public')
      return {}
    }),
    route(listPublicRooms, async ({ query: { server, limit, since }, requester }) => {
      requireReader(requester)
      return page(server, { limit, since })
    }),
    route(
      queryPublicRooms,
      async ({ query: { server }, body: { limit, since, filter, include_all_networks, third_party_instance_id: network } }) => {
        if (network !== undefined && include_all_networks === true) {
          throw new MatrixError('M_INVALID_PARAM', 'Ask either for all networks or for one, not for both.')
        }
        // There is no network here but Matrix.
        if (network !== undefined) return { chunk: [], total_room_count_estimate: 0 }
        return page(server, { limit, since, term: filter?.generic_search_term, types: filter?.room_types })
      },
    ),
    route(getRoomSummary, async ({ params: { roomIdOrAlias }, requester }) => {
      requireReader(requester)
      const roomId = roomIdOrAlias.startsWith('#') ? (await aliases.resolve(roomIdOrAlias)).roomId : (roomIdOrAlias as RoomId)
      return summariseRoom(roomId, requester?.userId)
    }),
  ]
}
