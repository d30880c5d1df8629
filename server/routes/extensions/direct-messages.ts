import { openDirectMessage } from '../../../spec/extensions/direct-messages.ts'
import { route, type Route } from '../../http/route.ts'
import type { OpenDirectMessage } from '../../team/direct-messages.ts'

interface Needs {
  readonly openDirectMessage: OpenDirectMessage
}

/** The one conversation of a set of people. */
export const directMessageRoutes = ({ openDirectMessage: open }: Needs): Route[] => [
  route(openDirectMessage, async ({ body: { user_ids }, requester: { userId } }) => {
    const { roomId, created } = await open(userId, user_ids)
    return { room_id: roomId, created }
  }),
]
