import type { Check } from './check.ts'
import { accountDataChecks } from './client/account-data.ts'
import { accountChecks } from './client/account.ts'
import { badInputChecks } from './client/bad-input.ts'
import { deviceChecks } from './client/devices.ts'
import { directoryChecks } from './client/directory.ts'
import { discoveryChecks } from './client/discovery.ts'
import { ephemeralChecks } from './client/ephemeral.ts'
import { historyVisibilityChecks } from './client/history-visibility.ts'
import { ignoringChecks } from './client/ignoring.ts'
import { knockingChecks } from './client/knocking.ts'
import { loginChecks } from './client/login.ts'
import { membershipChecks } from './client/membership.ts'
import { moderationChecks } from './client/moderation.ts'
import { profileChecks } from './client/profile.ts'
import { pushChecks } from './client/push.ts'
import { receiptChecks } from './client/receipts.ts'
import { redactionChecks } from './client/redaction.ts'
import { registrationChecks } from './client/registration.ts'
import { roomSendChecks } from './client/room-send.ts'
import { relationChecks } from './client/relations.ts'
import { roomStateChecks } from './client/room-state.ts'
import { roomUpgradeCarryChecks } from './client/room-upgrade-carries.ts'
import { roomUpgradeChecks } from './client/room-upgrades.ts'
import { roomVersionChecks } from './client/room-versions.ts'
import { roomChecks } from './client/rooms.ts'
import { searchChecks } from './client/search.ts'
import { slidingSyncChecks } from './client/sliding-sync.ts'
import { syncChecks } from './client/sync.ts'
import { tagAndFilterChecks } from './client/tags-and-filters.ts'
import { threadChecks } from './client/threads.ts'
import { timelineChecks } from './client/timeline.ts'
import { directMessageChecks } from './extensions/direct-messages.ts'
import { liveSocketChecks } from './extensions/live-socket.ts'
import { presetRoomChecks } from './extensions/rooms.ts'
import { unreadChecks } from './extensions/unread.ts'
import { roomOptionChecks } from './client/room-options.ts'
import { memberChecks } from './client/members.ts'
import { versionChecks } from './federation/version.ts'
import { presetRuleChecks } from './extensions/room-rules.ts'
import { syncSectionChecks } from './client/sync-sections.ts'
import { slidingExtensionChecks } from './client/sliding-extensions.ts'
import { adminRegistrationChecks } from './admin/registration.ts'
import { roomExplanationChecks } from './admin/room-explanation.ts'

/** Every check, in reading order. */
export const allChecks: readonly Check[] = [
  ...discoveryChecks,
  ...versionChecks,
  ...registrationChecks,
  ...adminRegistrationChecks,
  ...roomExplanationChecks,
  ...loginChecks,
  ...accountChecks,
  ...deviceChecks,
  ...profileChecks,
  ...accountDataChecks,
  ...tagAndFilterChecks,
  ...ignoringChecks,
  ...pushChecks,
  ...roomChecks,
  ...roomOptionChecks,
  ...roomVersionChecks,
  ...roomUpgradeChecks,
  ...roomUpgradeCarryChecks,
  ...membershipChecks,
  ...knockingChecks,
  ...memberChecks,
  ...moderationChecks,
  ...roomStateChecks,
  ...roomSendChecks,
  ...redactionChecks,
  ...timelineChecks,
  ...relationChecks,
  ...threadChecks,
  ...historyVisibilityChecks,
  ...receiptChecks,
  ...ephemeralChecks,
  ...directoryChecks,
  ...searchChecks,
  ...syncChecks,
  ...syncSectionChecks,
  ...slidingSyncChecks,
  ...slidingExtensionChecks,
  ...presetRoomChecks,
  ...presetRuleChecks,
  ...directMessageChecks,
  ...liveSocketChecks,
  ...unreadChecks,
  ...badInputChecks,
]
