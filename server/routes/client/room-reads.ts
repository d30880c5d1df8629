import { listJoinedMembers, listMembers } from '../../../spec/client/membership.ts'
import { getState, getStateEvent } from '../../../spec/client/room-state.ts'
import { listJoinedRooms } from '../../../spec/client/rooms.ts'
import { route, SerializedJson, type Route } from '../../http/route.ts'
import type { RoomFacts } from '../../rooms/room-facts.ts'
import { arrayText, objectOfTexts } from './json-text.ts'

interface Needs {
  readonly roomFacts: RoomFacts
}

/** The state of rooms and who is in them. client-server-api/#getting-events-for-a-room */
export const roomReadRoutes = ({ roomFacts }: Needs): Route[] => [
  route(getState, async ({ params: { roomId }, requester }) => new SerializedJson(arrayText(await roomFacts.state(requester, roomId)))),
  route(getStateEvent, async ({ params: { roomId, eventType, stateKey = '' }, query: { format }, requester }) =>
    format === 'event'
      ? new SerializedJson(await roomFacts.stateEvent(requester, roomId, eventType, stateKey))
      : roomFacts.stateContent(requester, roomId, eventType, stateKey),
  ),
  route(listMembers, async ({ params: { roomId }, query: { at, membership, not_membership: notMembership }, requester }) =>
    objectOfTexts({ chunk: arrayText(await roomFacts.members(requester, roomId, { at, membership, notMembership })) }),
  ),
  route(listJoinedMembers, async ({ params: { roomId }, requester }) => ({
    joined: Object.fromEntries(await roomFacts.joinedMembers(requester, roomId)),
  })),
  route(listJoinedRooms, async ({ requester }) => ({ joined_rooms: await roomFacts.joinedRooms(requester.userId) })),
]
