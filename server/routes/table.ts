import type { Route } from '../http/route.ts'
import { registrationTokenRoutes } from './admin/registration-tokens.ts'
import { sharedSecretRoutes } from './admin/register.ts'
import { roomExplanationRoutes } from './admin/room-explanation.ts'
import { accountDataRoutes } from './client/account-data.ts'
import { accountRoutes } from './client/account.ts'
import { deviceRoutes } from './client/devices.ts'
import { directoryRoutes } from './client/directory.ts'
import { discoveryRoutes } from './client/discovery.ts'
import { ephemeralRoutes } from './client/ephemeral.ts'
import { loginRoutes } from './client/login.ts'
import { membershipRoutes } from './client/membership.ts'
import { profileRoutes } from './client/profile.ts'
import { pushRoutes } from './client/push.ts'
import { registrationRoutes } from './client/registration.ts'
import { roomReadRoutes } from './client/room-reads.ts'
import { roomSendRoutes } from './client/room-send.ts'
import { roomStateRoutes } from './client/room-state.ts'
import { roomRoutes } from './client/rooms.ts'
import { searchRoutes } from './client/search.ts'
import { syncRoutes } from './client/sync.ts'
import { timelineRoutes } from './client/timeline.ts'
import { directMessageRoutes } from './extensions/direct-messages.ts'
import { passwordResetRoutes } from './extensions/password-reset.ts'
import { presetRoomRoutes } from './extensions/rooms.ts'
import { versionRoutes } from './federation/version.ts'

/** What each topic's routes need, all of it. */
export type RouteNeeds = Parameters<typeof accountRoutes>[0] &
  Parameters<typeof deviceRoutes>[0] &
  Parameters<typeof directoryRoutes>[0] &
  Parameters<typeof loginRoutes>[0] &
  Parameters<typeof membershipRoutes>[0] &
  Parameters<typeof profileRoutes>[0] &
  Parameters<typeof registrationRoutes>[0] &
  Parameters<typeof roomReadRoutes>[0] &
  Parameters<typeof roomSendRoutes>[0] &
  Parameters<typeof roomStateRoutes>[0] &
  Parameters<typeof roomRoutes>[0] &
  Parameters<typeof searchRoutes>[0] &
  Parameters<typeof syncRoutes>[0] &
  Parameters<typeof timelineRoutes>[0] &
  Parameters<typeof directMessageRoutes>[0] &
  Parameters<typeof passwordResetRoutes>[0] &
  Parameters<typeof presetRoomRoutes>[0] &
  Parameters<typeof registrationTokenRoutes>[0] &
  Parameters<typeof sharedSecretRoutes>[0] &
  Parameters<typeof roomExplanationRoutes>[0] &
  Parameters<typeof accountDataRoutes>[0] &
  Parameters<typeof discoveryRoutes>[0] &
  Parameters<typeof ephemeralRoutes>[0] &
  Parameters<typeof pushRoutes>[0] &
  Parameters<typeof versionRoutes>[0]

/** Every route of the server, in one list. */
export const routeTable = (needs: RouteNeeds): Route[] => [
  ...discoveryRoutes(needs),
  ...versionRoutes(needs),
  ...accountDataRoutes(needs),
  ...pushRoutes(needs),
  ...ephemeralRoutes(needs),
  ...registrationRoutes(needs),
  ...loginRoutes(needs),
  ...accountRoutes(needs),
  ...deviceRoutes(needs),
  ...profileRoutes(needs),
  ...roomRoutes(needs),
  ...membershipRoutes(needs),
  ...roomStateRoutes(needs),
  ...roomSendRoutes(needs),
  ...roomReadRoutes(needs),
  ...timelineRoutes(needs),
  ...directoryRoutes(needs),
  ...searchRoutes(needs),
  ...syncRoutes(needs),
  ...presetRoomRoutes(needs),
  ...directMessageRoutes(needs),
  ...passwordResetRoutes(needs),
  ...registrationTokenRoutes(needs),
  ...sharedSecretRoutes(needs),
  ...roomExplanationRoutes(needs),
]
