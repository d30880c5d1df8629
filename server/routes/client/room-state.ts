import { setState } from '../../../spec/client/room-state.ts'
import { route, type Route } from '../../http/route.ts'
import type { SetState } from '../../rooms/set-state.ts'

interface Needs {
  readonly setState: SetState
}

/** Changing the state of rooms; reading it is in `room-reads.ts`. */
export const roomStateRoutes = ({ setState: set }: Needs): Route[] => [
  route(setState, async ({ params: { roomId, eventType: type, stateKey = '' }, body: content, requester: { userId: sender } }) => ({
    event_id: await set({ roomId, sender, type, stateKey, content }),
  })),
]
