import type { Rejection } from './errors.ts'
import type { JsonObject } from './event.ts'
import { isUserId } from './identifiers.ts'
import { isObject, own } from './json-values.ts'
import type { Judged } from './judged.ts'
import { creatorsOf, defaultLevels, type LevelName, levelsIn, readLevel } from './power-levels.ts'
import type { RoomVersion } from './room-versions.ts'
import type { StateLookup } from './state-map.ts'

const levelNames = Object.keys(defaultLevels) as LevelName[]

// In the comments below a number stands as in version 11; where it is absent there, the version is named. See rule-numbers.ts for the others.

/** The maps of levels beside `users`: those whose changes the version judges. */
const judgedMaps = (version: RoomVersion): readonly ('events' | 'notifications')[] =>
  version.notificationLevelsJudged ? ['events', 'notifications'] : ['events']

/**
 * Judges a power levels event: rule 10 of versions 1 to 5 and 12, rule 9 of those between.
 * @param power the sender's level before the event
 */
export const judgePowerLevels = (version: RoomVersion, judged: Judged, lookup: StateLookup, power: number): Rejection | undefined => {
  const misshapen = judgeShape(version, judged.content, lookup)
  if (misshapen !== undefined) return misshapen
  const before = lookup('m.room.power_levels', '')?.pdu.content
  // 9.4
  if (before === undefined) return undefined
  return (
    judgeTopLevel(version, before, judged.content, power) ??
    judgeMaps(version, before, judged.content, power) ??
    judgeUsers(version, before, judged, power)
  )
}

const judgeShape = (version: RoomVersion, content: JsonObject, lookup: StateLookup): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const isLevel = (value: unknown): boolean => readLevel(version, value) !== undefined
  // 9.1
  const bad = levelNames.find((name) => Object.hasOwn(content, name) && !isLevel(content[name]))
  if (bad !== undefined) return { rule: rules.topLevelIntegers, reason: `The level ${bad} is not an integer.` }
  // 9.2
  for (const name of judgedMaps(version)) {
    const map = own(content, name)
    if (map !== undefined && !(isObject(map) && Object.values(map).every(isLevel)))
      return { rule: rules.mapIntegers, reason: `The levels in ${name} are not all integers.` }
  }
  // 9.3
  const users = own(content, 'users')
  if (users === undefined) return undefined
  if (!isObject(users) || !Object.entries(users).every(([userId, level]) => isUserId(userId) && isLevel(level))) {
    return { rule: rules.users, reason: 'The users are not all user IDs with integers.' }
  }
  // v12: 10.4
  if (rules.creators !== undefined && creatorsOf(version, lookup('m.room.create', '')).some((creator) => Object.hasOwn(users, creator))) {
    return { rule: rules.creators, reason: 'The creators of the room stand above power levels; leave them out.' }
  }
  return undefined
}

const judgeTopLevel = (version: RoomVersion, before: JsonObject, after: JsonObject, power: number): Rejection | undefined => {
  const rule = version.rules.powerLevels.topLevelChange
  for (const name of levelNames) {
    const old = readLevel(version, own(before, name))
    const young = readLevel(version, own(after, name))
    if (old === young) continue
    // 9.5.1
    if (old !== undefined && old > power) return { rule: `${rule}.1`, reason: `The level ${name} is higher than the sender's.` }
    // 9.5.2
    if (young !== undefined && young > power) return { rule: `${rule}.2`, reason: `The new level ${name} is higher than the sender's.` }
  }
  return undefined
}

const judgeMaps = (version: RoomVersion, before: JsonObject, after: JsonObject, power: number): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const maps = judgedMaps(version).map((name) => ({ name, old: levelsIn(version, before, name), young: levelsIn(version, after, name) }))
  // 9.6.1
  for (const { name, old, young } of maps) {
    for (const [key, level] of old) {
      if (young.get(key) !== level && level > power)
        return { rule: rules.mapOldValue, reason: `The level for ${key} in ${name} is higher than the sender's.` }
    }
  }
  // 9.7.1
  for (const { name, old, young } of maps) {
    for (const [key, level] of young) {
      if (old.get(key) !== level && level > power)
        return { rule: rules.mapNewValue, reason: `The new level for ${key} in ${name} is higher than the sender's.` }
    }
  }
  return undefined
}

const judgeUsers = (version: RoomVersion, before: JsonObject, { sender, content }: Judged, power: number): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const old = levelsIn(version, before, 'users')
  const young = levelsIn(version, content, 'users')
  // 9.8.1
  for (const [userId, level] of old) {
    if (userId !== sender && young.get(userId) !== level && level >= power) {
      return { rule: rules.userOldValue, reason: `The level of ${userId} is not lower than the sender's.` }
    }
  }
  // 9.9.1
  for (const [userId, level] of young) {
    if (old.get(userId) !== level && level > power)
      return { rule: rules.userNewValue, reason: `The new level of ${userId} is higher than the sender's.` }
  }
  return undefined
}
