import type { Event, JsonObject } from './event.ts'
import { isUserId, serverNameOf } from './identifiers.ts'
import { isObject, own, ownString } from './json-values.ts'
import type { RoomVersion } from './room-versions.ts'
import type { StateLookup } from './state-map.ts'

/** The levels that stand at the top of a power levels event, with what counts where they are absent. */
export const defaultLevels = {
  users_default: 0,
  events_default: 0,
  state_default: 50,
  ban: 50,
  redact: 50,
  kick: 50,
  invite: 0,
} as const

export type LevelName = keyof typeof defaultLevels

/** Digits with at most one sign, and any whitespace around them. rooms/v1/#mroompower_levels-events-accept-values-as-strings */
const levelInText = /^\p{White_Space}*([+-]?[0-9]+)\p{White_Space}*$/u

/**
 * A level as the version reads it; `undefined` for what is none.
 * Versions 1 to 5 take whatever a binary64 can hold, and drop the fraction. rooms/v1/#mroompower_levels-events-accept-values-as-floats
 * Since numbers of theirs are parsed to binary64, levels beyond ±(2^53 − 1) that differ in their last digits count as equal.
 * From version 6 on, levels are within ±(2^53 − 1), in a string (9 and earlier) as well. client-server-api/#mroompower_levels
 */
export const readLevel = (version: RoomVersion, value: unknown): number | undefined => {
  const level = typeof value === 'number' ? value : numberInText(version, value)
  if (version.fractionalPowerLevels) return Number.isFinite(level) ? Math.trunc(level) : undefined
  return Number.isSafeInteger(level) ? level : undefined
}

const numberInText = (version: RoomVersion, value: unknown): number => {
  if (version.integerPowerLevels || typeof value !== 'string') return Number.NaN
  return Number(levelInText.exec(value)?.[1] ?? Number.NaN)
}

const levelsOf = (lookup: StateLookup): JsonObject | undefined => lookup('m.room.power_levels', '')?.pdu.content

/** Whom the create event makes the founder: whoever sent it, or (versions 1 to 10) whom its content names. `undefined`: it names nobody. */
export const founderOf = (version: RoomVersion, create: Event): string | undefined =>
  version.creatorInContent ? ownString(create.pdu.content, 'creator') : create.pdu.sender

/** Everybody whom the create event makes a room creator of unlimited power; nobody in versions without such. rooms/v12/#authorisation-rules */
export const creatorsOf = (version: RoomVersion, create: Event | undefined): readonly string[] => {
  if (!version.privilegedCreators || create === undefined) return []
  const additional = own(create.pdu.content, 'additional_creators')
  return [create.pdu.sender, ...(Array.isArray(additional) ? additional.filter(isUserId) : [])]
}

/** Whether the user is a room creator of unlimited power. */
export const isCreator = (version: RoomVersion, userId: string, create: Event | undefined): boolean => {
  if (!version.privilegedCreators || create === undefined) return false
  if (create.pdu.sender === userId) return true
  const additional = own(create.pdu.content, 'additional_creators')
  return Array.isArray(additional) && additional.includes(userId)
}

/** A user's power level; `Infinity` for the creators of rooms of version 12. client-server-api/#mroompower_levels */
export const powerOf = (version: RoomVersion, userId: string, lookup: StateLookup): number => {
  const create = lookup('m.room.create', '')
  if (isCreator(version, userId, create)) return Number.POSITIVE_INFINITY
  const levels = levelsOf(lookup)
  if (levels === undefined) {
    const founded = !version.privilegedCreators && create !== undefined && founderOf(version, create) === userId
    return founded ? 100 : 0
  }
  return (
    readLevel(version, own(own(levels, 'users'), userId)) ?? readLevel(version, own(levels, 'users_default')) ?? defaultLevels.users_default
  )
}

/** The level that a deed demands: inviting, kicking, banning, redacting what others sent; or one of the defaults. */
export const levelFor = (version: RoomVersion, name: LevelName, lookup: StateLookup): number =>
  readLevel(version, own(levelsOf(lookup), name)) ?? defaultLevels[name]

/** The level that sending an event of a type demands. server-server-api/#definitions */
export const levelToSend = (version: RoomVersion, type: string, isState: boolean, lookup: StateLookup): number =>
  readLevel(version, own(own(levelsOf(lookup), 'events'), type)) ?? levelFor(version, isState ? 'state_default' : 'events_default', lookup)

/** The level that makes a notification such as `room` (for `@room`) count. Unset: 50. */
export const levelToNotify = (version: RoomVersion, name: string, lookup: StateLookup): number =>
  readLevel(version, own(own(levelsOf(lookup), 'notifications'), name)) ?? 50

/**
 * Whether a redaction takes effect: by the redact level, or because both senders share a server. rooms/v11/#handling-redactions
 * @param lookup the state at the redaction
 */
export const redactionApplies = (version: RoomVersion, redactor: string, author: string, lookup: StateLookup): boolean =>
  serverNameOf(redactor) === serverNameOf(author) || powerOf(version, redactor, lookup) >= levelFor(version, 'redact', lookup)

/** The entries of one of the maps in a power levels event, as levels; what is no level is left out. */
export const levelsIn = (version: RoomVersion, content: JsonObject, name: 'users' | 'events' | 'notifications'): Map<string, number> => {
  const map = own(content, name)
  const levels = new Map<string, number>()
  if (!isObject(map)) return levels
  for (const [key, value] of Object.entries(map)) {
    const level = readLevel(version, value)
    if (level !== undefined) levels.set(key, level)
  }
  return levels
}
