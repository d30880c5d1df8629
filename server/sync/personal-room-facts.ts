import { LRUCache } from 'lru-cache'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Streams } from '../storage/streams.ts'
import type { PersonalRoomFacts } from './sliding-lists.ts'

/** What a user's account data say of their rooms: which are direct, and their tags. A promise only where memory does not know. */
export type PersonalFactsOf = (user: {
  readonly userId: UserId
  readonly userNid: number
}) => PersonalRoomFacts | Promise<PersonalRoomFacts>

interface Needs {
  accountData: AccountDataStore
  streams: Streams
  directRoomsIn: (content: { readonly [key: string]: unknown }) => ReadonlySet<string>
}

const none: readonly string[] = []

export function createPersonalFacts({ accountData, streams, directRoomsIn }: Needs): PersonalFactsOf {
  const cache = new LRUCache<UserId, PersonalRoomFacts>({ max: 20_000 })
  let changes = 0
  streams.subscribe((entry) => {
    if (entry.kind !== 'account-data' || (entry.type !== 'm.direct' && entry.type !== 'm.tag')) return
    changes += 1
    cache.delete(entry.userId)
  })
  const load = async (userId: UserId, userNid: number): Promise<PersonalRoomFacts> => {
    const before = changes
    let direct: ReadonlySet<string> = new Set()
    const tags = new Map<RoomId, readonly string[]>()
    for (const { roomId, type, content } of await accountData.ofTypes(userNid, ['m.direct', 'm.tag'])) {
      if (type === 'm.direct' && roomId === undefined) direct = directRoomsIn(content)
      const own = content['tags']
      if (type === 'm.tag' && roomId !== undefined && typeof own === 'object' && own !== null) tags.set(roomId, Object.keys(own))
    }
    const facts: PersonalRoomFacts = { isDirect: (roomId) => direct.has(roomId), tagsOf: (roomId) => tags.get(roomId) ?? none }
    if (changes === before) cache.set(userId, facts)
    return facts
  }
  return ({ userId, userNid }) => cache.get(userId) ?? load(userId, userNid)
}
