import { getPresence, sendReceipt, setPresence, setReadMarkers, setTyping } from '../../../spec/client/ephemeral.ts'
import type { UserId } from '../../../spec/identifiers.ts'
import type { Presence } from '../../accounts/presence.ts'
import { route, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import type { OpenAsMember } from '../../rooms/open-as-member.ts'
import type { ReadUpTo, SendReceipts } from '../../rooms/receipts.ts'
import type { Typing } from '../../rooms/typing.ts'
import { requireSelf } from './require-self.ts'

interface Needs {
  readonly openAsMember: OpenAsMember
  readonly typing: Pick<Typing, 'set'>
  readonly sendReceipts: SendReceipts
  readonly presence: Pick<Presence, 'of' | 'act'> & { readonly set: (...args: Parameters<Presence['set']>) => void | Promise<void> }
  /** Whether both are joined to some room. */
  readonly shareRoom: (a: UserId, b: UserId) => Promise<boolean>
}

/** Milliseconds that somebody types who does not say how long. */
const usualTimeout = 30_000

/** Typing, receipts and presence. client-server-api/#typing-notifications, #receipts, #fully-read-markers, #presence */
export const ephemeralRoutes = ({ openAsMember, typing, sendReceipts, presence, shareRoom }: Needs): Route[] => [
  route(setTyping, async ({ requester, params: { roomId, userId }, body }) => {
    requireSelf(requester, userId)
    await openAsMember(userId, roomId)
    typing.set(roomId, userId, body.typing ? (body.timeout ?? usualTimeout) : 0)
    if (body.typing) presence.act(userId)
    return {}
  }),
  route(sendReceipt, async ({ requester: { userId }, params: { roomId, receiptType, eventId }, body: { thread_id: threadId } }) => {
    await sendReceipts({ userId, roomId }, [{ type: receiptType, eventId, threadId }])
    presence.act(userId)
    return {}
  }),
  route(setReadMarkers, async ({ requester: { userId }, params: { roomId }, body }) => {
    const marks = (['m.fully_read', 'm.read', 'm.read.private'] as const).flatMap((type): ReadUpTo[] => {
      const eventId = body[type]
      return eventId === undefined ? [] : [{ type, eventId }]
    })
    await sendReceipts({ userId, roomId }, marks)
    presence.act(userId)
    return {}
  }),
  route(getPresence, async ({ requester, params: { userId } }) => {
    if (requester.userId !== userId && !(await shareRoom(requester.userId, userId))) {
      throw new MatrixError('M_FORBIDDEN', 'You share no room with this user, so you cannot see whether they are there.')
    }
    return presence.of(userId)
  }),
  route(setPresence, async ({ requester, params: { userId }, body }) => {
    requireSelf(requester, userId)
    await presence.set(userId, body.presence, body.status_msg)
    return {}
  }),
]
