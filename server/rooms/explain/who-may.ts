import type { LevelOfDeed } from '../../../spec/admin/room-explanation.ts'
import { creatorsOf, founderOf, levelFor, levelsIn, levelToSend, powerOf } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { StateLookup } from '../../protocol/state-map.ts'

/** The level that each deed demands. */
const demands: {
  readonly [deed in LevelOfDeed['deed']]: (version: RoomVersion, lookup: StateLookup) => number
} = {
  'send-messages': (version, lookup) => levelToSend(version, 'm.room.message', false, lookup),
  'set-state': (version, lookup) => levelFor(version, 'state_default', lookup),
  invite: (version, lookup) => levelFor(version, 'invite', lookup),
  kick: (version, lookup) => levelFor(version, 'kick', lookup),
  ban: (version, lookup) => levelFor(version, 'ban', lookup),
  redact: (version, lookup) => levelFor(version, 'redact', lookup),
  'set-power-levels': (version, lookup) => levelToSend(version, 'm.room.power_levels', true, lookup),
  'set-join-rules': (version, lookup) => levelToSend(version, 'm.room.join_rules', true, lookup),
  upgrade: (version, lookup) => levelToSend(version, 'm.room.tombstone', true, lookup),
}

/** A user ID that no power levels name. */
const unnamed = '@'
const shownMost = 20

/** Those to whom the room gives a level by name: its creators, and whom the power levels name. */
export const namedUsers = (version: RoomVersion, lookup: StateLookup): string[] => {
  const create = lookup('m.room.create', '')
  const founder = create && founderOf(version, create)
  const levels = lookup('m.room.power_levels', '')?.pdu.content
  return [
    ...new Set([
      ...creatorsOf(version, create),
      ...(founder === undefined || levels !== undefined ? [] : [founder]),
      ...(levels === undefined ? [] : levelsIn(version, levels, 'users').keys()),
    ]),
  ]
}

/**
 * Who may do what.
 * @param joinedNamed those of `namedUsers` who are joined
 * @param joined how many are joined
 */
export const whoMay = (version: RoomVersion, lookup: StateLookup, joinedNamed: ReadonlySet<string>, joined: number): LevelOfDeed[] => {
  const powers = [...joinedNamed].map((userId) => ({ userId, power: powerOf(version, userId, lookup) }))
  powers.sort((a, b) => (a.power === b.power ? (a.userId < b.userId ? -1 : 1) : b.power > a.power ? 1 : -1))
  const usual = powerOf(version, unnamed, lookup)
  return Object.entries(demands).map(([deed, levelOf]) => {
    const level = levelOf(version, lookup)
    const able = powers.filter(({ power }) => power >= level)
    const everyone = usual >= level
    return {
      deed: deed as LevelOfDeed['deed'],
      level,
      everyone,
      count: able.length + (everyone ? joined - powers.length : 0),
      user_ids: able.slice(0, shownMost).map(({ userId }) => userId),
    }
  })
}
