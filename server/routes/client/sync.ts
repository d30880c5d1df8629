import { slidingSync as slidingSyncEndpoint } from '../../../spec/client/sliding-sync.ts'
import { sync as syncEndpoint } from '../../../spec/client/sync.ts'
import type { UserId } from '../../../spec/identifiers.ts'
import { route, SerializedJson, type Requester, type Route } from '../../http/route.ts'
import type { Viewer } from '../../sync/joined-section.ts'
import type { SlidingSync } from '../../sync/sliding-sync.ts'
import type { Sync } from '../../sync/sync.ts'
import type { SyncFilter } from '../../sync/sync-filter.ts'

interface Needs {
  sync: Sync
  slidingSync: SlidingSync
  viewerOf: (requester: Requester) => Viewer | Promise<Viewer>
  isLive: (requester: Requester) => boolean | Promise<boolean>
  /** The filter of a `filter` parameter: an ID of the user's, or JSON. @throws M_INVALID_PARAM, M_NOT_FOUND */
  filterOf: (userId: UserId, parameter: string | undefined) => SyncFilter | Promise<SyncFilter>
  /** Told that a user is there, in a state that the client names. */
  seen: (userId: UserId, presence: 'online' | 'unavailable' | 'offline') => void
}

/** The longest wait, in milliseconds, so that proxies do not cut it. */
const longestWait = 120_000

export const syncRoutes = ({ sync, slidingSync, viewerOf, isLive, filterOf, seen }: Needs): Route[] => [
  route(syncEndpoint, async ({ query, requester, signal }) => {
    const {
      since,
      filter,
      full_state: fullState = false,
      use_state_after: useStateAfter = false,
      timeout = 0,
      set_presence: presence = 'online',
    } = query
    seen(requester.userId, presence)
    const compiled = filterOf(requester.userId, filter)
    return new SerializedJson(
      await sync({
        viewer: () => viewerOf(requester),
        filter: compiled instanceof Promise ? await compiled : compiled,
        since,
        fullState,
        useStateAfter,
        timeout: Math.min(timeout, longestWait),
        signal,
        isLive: () => isLive(requester),
      }),
    )
  }),
  route(slidingSyncEndpoint, async ({ query, body, requester, signal }) => {
    const { pos, timeout = 0, set_presence: presence = 'online' } = query
    seen(requester.userId, presence)
    const text = await slidingSync({
      viewer: () => viewerOf(requester),
      pos,
      body,
      timeout: Math.min(timeout, longestWait),
      signal,
      isLive: () => isLive(requester),
    })
    return new SerializedJson(`{${text}`)
  }),
]
