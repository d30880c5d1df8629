import type { Rejection } from './errors.ts'
import type { JsonObject } from './event.ts'
import { isUserId } from './identifiers.ts'
import { isObject, own } from './json-values.ts'
import type { Judged } from './judged.ts'
import { creatorsOf, defaultLevels, type LevelName, levelsIn, readLevel } from './power-levels.ts'
import type { RoomVersion } from './room-versions.ts'
import type { StateLookup } from './state-map.ts'

const levelNames = Object.keys(defaultLevels) as LevelName[]

/**
 * Judges a power levels event: rule 9 of version 11, rule 10 of version 12.
 * @param power the sender's level before the event
 */
export const judgePowerLevels = (version: RoomVersion, judged: Judged, lookup: StateLookup, power: number): Rejection | undefined => {
  const misshapen = judgeShape(version, judged.content, lookup)
  if (misshapen !== undefined) return misshapen
  const before = lookup('m.room.power_levels', '')?.pdu.content
  // v11: 9.4, v12: 10.5
  if (before === undefined) return undefined
  return (
    judgeTopLevel(version, before, judged.content, power) ??
    judgeMap(version, 'events', before, judged.content, power) ??
    judgeMap(version, 'notifications', before, judged.content, power) ??
    judgeUsers(version, before, judged, power)
  )
}

const judgeShape = (version: RoomVersion, content: JsonObject, lookup: StateLookup): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const isLevel = (value: unknown): boolean => readLevel(version, value) !== undefined
  // v11: 9.1, v12: 10.1
  const bad = levelNames.find((name) => Object.hasOwn(content, name) && !isLevel(content[name]))
  if (rules.topLevelIntegers !== undefined && bad !== undefined)
    return { rule: rules.topLevelIntegers, reason: `The level ${bad} is not an integer.` }
  // v11: 9.2, v12: 10.2
  for (const name of ['events', 'notifications']) {
    const map = own(content, name)
    if (rules.mapIntegers !== undefined && map !== undefined && !(isObject(map) && Object.values(map).every(isLevel))) {
      return { rule: rules.mapIntegers, reason: `The levels in ${name} are not all integers.` }
    }
  }
  // v11: 9.3, v12: 10.3
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
    // v11: 9.5.1, v12: 10.6.1
    if (old !== undefined && old > power) return { rule: `${rule}.1`, reason: `The level ${name} is higher than the sender's.` }
    // v11: 9.5.2, v12: 10.6.2
    if (young !== undefined && young > power) return { rule: `${rule}.2`, reason: `The new level ${name} is higher than the sender's.` }
  }
  return undefined
}

const judgeMap = (
  version: RoomVersion,
  name: 'events' | 'notifications',
  before: JsonObject,
  after: JsonObject,
  power: number,
): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const old = levelsIn(version, before, name)
  const young = levelsIn(version, after, name)
  // v11: 9.6.1, v12: 10.7.1
  for (const [key, level] of old) {
    if (young.get(key) !== level && level > power)
      return { rule: rules.mapOldValue, reason: `The level for ${key} in ${name} is higher than the sender's.` }
  }
  // v11: 9.7.1, v12: 10.8.1
  for (const [key, level] of young) {
    if (old.get(key) !== level && level > power)
      return { rule: rules.mapNewValue, reason: `The new level for ${key} in ${name} is higher than the sender's.` }
  }
  return undefined
}

const judgeUsers = (version: RoomVersion, before: JsonObject, { sender, content }: Judged, power: number): Rejection | undefined => {
  const rules = version.rules.powerLevels
  const old = levelsIn(version, before, 'users')
  const young = levelsIn(version, content, 'users')
  // v11: 9.8.1, v12: 10.9.1
  for (const [userId, level] of old) {
    if (userId !== sender && young.get(userId) !== level && level >= power) {
      return { rule: rules.userOldValue, reason: `The level of ${userId} is not lower than the sender's.` }
    }
  }
  // v11: 9.9.1, v12: 10.10.1
  for (const [userId, level] of young) {
    if (old.get(userId) !== level && level > power)
      return { rule: rules.userNewValue, reason: `The new level of ${userId} is higher than the sender's.` }
  }
  return undefined
}
