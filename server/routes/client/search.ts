import { searchUsers } from '../../../spec/client/search.ts'
import { route, type Route } from '../../http/route.ts'
import type { SearchUsers } from '../../rooms/user-search.ts'

interface Needs {
  readonly searchUsers: SearchUsers
}

/** Finding people. */
export const searchRoutes = ({ searchUsers: search }: Needs): Route[] => [
  route(searchUsers, async ({ body: { search_term: term, limit = 10 }, requester: { userId } }) => {
    const { people, limited } = await search(userId, term, limit)
    return {
      limited,
      results: people.map(({ userId: user_id, displayName, avatarUrl }) => ({
        user_id,
        ...(displayName !== undefined && { display_name: displayName }),
        ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
      })),
    }
  }),
]
