import { getCapabilities, getVersions, getWellKnown } from '../../../spec/client/discovery.ts'
import { extensionsFlag, type ExtensionCapabilities } from '../../../spec/extensions/capabilities.ts'
import type { UserId } from '../../../spec/identifiers.ts'
import { route, type Route } from '../../http/route.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { defaultRoomVersion, roomVersions } from '../../protocol/room-versions.ts'

interface Needs {
  /** The URL at which clients reach this server; `undefined`: it is not told. */
  readonly baseUrl: string | undefined
  /** Whether people may change their passwords. */
  readonly changePassword: boolean
  /** What the team-chat profile offers this user. */
  readonly extensionCapabilities: (userId: UserId) => Promise<ExtensionCapabilities>
}

/** The versions of the specification whose endpoints, as far as they are served, behave as written. */
const versions = Array.from({ length: 19 }, (_, i) => `v1.${i + 1}`)

/** Features beyond those versions. MSC4186 has the name of its forerunner. */
const unstableFeatures = { 'org.matrix.simplified_msc3575': true, [extensionsFlag]: true }

/** What clients ask before all else. client-server-api/#api-versions, #server-discovery, #capabilities-negotiation */
export const discoveryRoutes = ({ baseUrl, changePassword, extensionCapabilities }: Needs): Route[] => [
  route(getVersions, async () => ({ versions, unstable_features: unstableFeatures })),
  route(getWellKnown, async () => {
    if (baseUrl === undefined) throw new MatrixError('M_NOT_FOUND', 'This server does not tell its address; enter it by hand.')
    return { 'm.homeserver': { base_url: baseUrl } }
  }),
  route(getCapabilities, async ({ requester: { userId } }) => ({
    capabilities: {
      'm.change_password': { enabled: changePassword },
      'm.room_versions': {
        default: defaultRoomVersion,
        available: Object.fromEntries(roomVersions.map(({ id, stable }) => [id, stable ? ('stable' as const) : ('unstable' as const)])),
      },
      'm.set_displayname': { enabled: true },
      'm.set_avatar_url': { enabled: true },
      'm.profile_fields': { enabled: true },
      'm.3pid_changes': { enabled: false },
      'm.get_login_token': { enabled: false },
      'm.forget_forced_upon_leave': { enabled: false },
      ...(await extensionCapabilities(userId)),
    },
  })),
]
