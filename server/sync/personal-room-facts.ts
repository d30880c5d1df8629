import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { createLogCache, type LogCache } from '../storage/log-cache.ts'
import type { Streams } from '../storage/streams.ts'
import type { PersonalRoomFacts } from './sliding-lists.ts'

interface Needs {
  accountData: AccountDataStore
  identifiers: Pick<Identifiers, 'user'>
  streams: Streams
  directRoomsIn: (content: { readonly [key: string]: unknown }) => ReadonlySet<string>
}

const none: readonly string[] = []

/** Users kept in memory. */
const capacity = 20_000

/** What users' account data say of their rooms: which are direct, and their tags. */
export const createPersonalFacts = ({ accountData, identifiers, streams, directRoomsIn }: Needs): LogCache<UserId, PersonalRoomFacts> =>
  createLogCache<UserId, PersonalRoomFacts>({
    streams,
    capacity,
    load: async (userId) => {
      let direct: ReadonlySet<string> = new Set()
      const tags = new Map<RoomId, readonly string[]>()
      for (const { roomId, type, content } of await accountData.ofTypes(await identifiers.user(userId), ['m.direct', 'm.tag'])) {
        if (type === 'm.direct' && roomId === undefined) direct = directRoomsIn(content)
        const own = content['tags']
        if (type === 'm.tag' && roomId !== undefined && typeof own === 'object' && own !== null) tags.set(roomId, Object.keys(own))
      }
      return { isDirect: (roomId) => direct.has(roomId), tagsOf: (roomId) => tags.get(roomId) ?? none }
    },
    changed: (entry) => (entry.kind === 'account-data' && (entry.type === 'm.direct' || entry.type === 'm.tag') ? entry.userId : undefined),
  })
