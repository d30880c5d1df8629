import type { RoomVersion } from '../../protocol/room-versions.ts'
import * as member from './member-deeds.ts'
import * as power from './power-deeds.ts'
import * as room from './room-deeds.ts'
import type { Deed } from './scene.ts'

interface WeightedDeed {
  readonly weight: number
  readonly deed: Deed
  readonly in?: (version: RoomVersion) => boolean
}

/** What people do in rooms, and how often. */
const deeds: readonly WeightedDeed[] = [
  { weight: 24, deed: room.say },
  { weight: 6, deed: room.setTopic },
  { weight: 2, deed: room.setName },
  { weight: 5, deed: room.setOther },
  { weight: 5, deed: room.setJoinRule },
  { weight: 4, deed: room.setHistoryVisibility },
  { weight: 4, deed: room.redact },
  { weight: 0.5, deed: room.offerInvite },
  { weight: 2, deed: room.setAliases, in: ({ rules }) => rules.aliases !== undefined },
  { weight: 14, deed: member.joinOrRename },
  { weight: 3, deed: member.leave },
  { weight: 6, deed: member.invite },
  { weight: 5, deed: member.knock, in: ({ knock }) => knock },
  { weight: 3, deed: member.answerKnock, in: ({ knock }) => knock },
  { weight: 3, deed: member.kick },
  { weight: 3, deed: member.ban },
  { weight: 3, deed: member.unban },
  { weight: 0.7, deed: member.oddMembership },
  { weight: 5, deed: power.promote },
  { weight: 4, deed: power.demote },
  { weight: 1, deed: power.stepDown },
  { weight: 4, deed: power.changeLevel },
  { weight: 0.7, deed: power.oddLevels },
]

const byVersion = new Map<RoomVersion, readonly WeightedDeed[]>()

/** The deeds that make sense in a version. */
export const deedsOf = (version: RoomVersion): readonly WeightedDeed[] => {
  const known = byVersion.get(version) ?? deeds.filter((entry) => entry.in?.(version) ?? true)
  byVersion.set(version, known)
  return known
}
