import type { Rejection } from '../../protocol/errors.ts'
import type { Event } from '../../protocol/event.ts'
import { judgedOf } from '../../protocol/judged.ts'
import { judgePowerLevels } from '../../protocol/power-level-rules.ts'
import { powerOf } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { StateLookup } from '../../protocol/state-map.ts'

/** Whether the event is one of power levels that stands under a state key, where it has no effect. */
export const isKeyedLevels = ({ pdu: { type, state_key = '' } }: Event): boolean => type === 'm.room.power_levels' && state_key !== ''

/** Judges power levels as Synapse does: by the sender's level in the room, but compared with the levels under the same state key. */
export const judgeByOwnKey = (version: RoomVersion, event: Event, lookup: StateLookup): Rejection | undefined => {
  const { sender, state_key: own = '' } = event.pdu
  const lookupOwn: StateLookup = (type, stateKey) => lookup(type, type === 'm.room.power_levels' ? own : stateKey)
  return judgePowerLevels(version, judgedOf(event), lookupOwn, powerOf(version, sender, lookup))
}

/** Whether the rule is one of those on power levels events. */
export const isLevelRule = ({ rules: { powerLevels } }: RoomVersion, rule: string): boolean =>
  Object.values(powerLevels).some((number) => rule === number || rule.startsWith(`${number}.`))
