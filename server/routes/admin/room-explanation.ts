import { explainRoom as explainRoomEndpoint } from '../../../spec/admin/room-explanation.ts'
import { route, type Route } from '../../http/route.ts'
import type { ExplainRoom } from '../../rooms/explain/explain-room.ts'

interface Needs {
  readonly explainRoom: ExplainRoom
}

/** What administrators ask about a room. */
export const roomExplanationRoutes = ({ explainRoom }: Needs): Route[] => [
  route(explainRoomEndpoint, async ({ params: { roomId }, query: { subject } }) => explainRoom(roomId, subject)),
]
