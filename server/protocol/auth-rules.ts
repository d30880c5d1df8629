import type { Rejection } from './errors.ts'
import { createIdOfRoom } from './event-id.ts'
import { isUserId, serverNameOf } from './identifiers.ts'
import { own } from './json-values.ts'
import type { Evidence, Judged } from './judged.ts'
import { judgeMembership } from './membership-rules.ts'
import { judgePowerLevels } from './power-level-rules.ts'
import { levelFor, levelToSend, powerOf } from './power-levels.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { membershipOf, type StateLookup } from './state-map.ts'

// In the comments below a number stands as in version 11; where it is absent there, the version is named. See rule-numbers.ts for the others.

/**
 * Judges an event by a state of its room: by the events it cites, by the state before it, or by the current state.
 * rooms/v1/#authorisation-rules, and so on to rooms/v12/#authorisation-rules
 * What an event may cite (rule 2; 3 in version 12) is for `checkAuthEvents` to say.
 * @param lookup holds the create event in every version, even where events do not cite it (12); it must not be a rejected one
 * @returns the rule that forbids it, by its number in the text of the version, or `undefined` when it is allowed
 */
export const authorise = (version: RoomVersion, judged: Judged, lookup: StateLookup, evidence: Evidence): Rejection | undefined => {
  const { rules } = version
  const { type, sender, stateKey } = judged
  // 1
  if (type === 'm.room.create') return judgeCreate(version, judged)
  const create = lookup('m.room.create', '')
  // 2.4
  if (create === undefined) return { rule: rules.roomId ?? `${rules.authEvents}.4`, reason: 'The room has no create event.' }
  // v12: 2
  if (rules.roomId !== undefined && createIdOfRoom(`!${judged.roomId?.slice(1)}`) !== create.eventId) {
    return { rule: rules.roomId, reason: 'The room ID does not name the create event.' }
  }
  // 3
  if (own(create.pdu.content, 'm.federate') === false && serverNameOf(sender) !== serverNameOf(create.pdu.sender)) {
    return { rule: rules.federate, reason: 'The room is closed to other servers.' }
  }
  // v1: 4
  if (rules.aliases !== undefined && type === 'm.room.aliases') return judgeAliases(rules.aliases, judged)
  // 4
  if (type === 'm.room.member') return judgeMembership(version, judged, lookup, create, evidence)
  // 5
  if (membershipOf(lookup, sender) !== 'join') return { rule: rules.senderJoined, reason: 'The sender is not in the room.' }
  const power = powerOf(version, sender, lookup)
  // 6.1
  if (type === 'm.room.third_party_invite') {
    return power >= levelFor(version, 'invite', lookup)
      ? undefined
      : { rule: `${rules.thirdPartyInvite}.1`, reason: 'The sender may not invite.' }
  }
  // 7
  const level = levelToSend(version, type, stateKey !== undefined, lookup)
  if (level > power)
    return { rule: rules.requiredLevel, reason: `Sending ${type} takes a power level of ${level}; the sender has ${power}.` }
  // 8
  if (stateKey?.startsWith('@') && stateKey !== sender)
    return { rule: rules.foreignStateKey, reason: 'The state key is the user ID of somebody else.' }
  // 9
  if (type === 'm.room.power_levels') return judgePowerLevels(version, judged, lookup, power)
  // v1: 11
  if (rules.redaction !== undefined && type === 'm.room.redaction')
    return judgeRedaction(rules.redaction, judged, power >= levelFor(version, 'redact', lookup))
  // 10
  return undefined
}

const judgeCreate = (version: RoomVersion, { sender, roomId, content, prevEvents }: Judged): Rejection | undefined => {
  const rule = version.rules.create
  // 1.1
  if (prevEvents.length > 0) return { rule: `${rule}.1`, reason: 'A create event follows no other event.' }
  // 1.2
  if (version.createOmitsRoomId ? roomId !== undefined : serverNameOf(roomId ?? '') !== serverNameOf(sender)) {
    const reason = version.createOmitsRoomId
      ? 'A create event of this room version has no room ID.'
      : 'The room ID belongs to another server than the sender.'
    return { rule: `${rule}.2`, reason }
  }
  // 1.3
  const wanted = own(content, 'room_version')
  if (wanted !== undefined && (typeof wanted !== 'string' || roomVersion(wanted) === undefined)) {
    return { rule: `${rule}.3`, reason: 'The room version is unknown.' }
  }
  // v1: 1.4
  if (version.creatorInContent && !Object.hasOwn(content, 'creator'))
    return { rule: `${rule}.4`, reason: 'A create event of this room version names the creator.' }
  // v12: 1.4
  const additional = own(content, 'additional_creators')
  if (version.privilegedCreators && additional !== undefined && !(Array.isArray(additional) && additional.every(isUserId))) {
    return { rule: `${rule}.4`, reason: 'The additional creators are not a list of user IDs.' }
  }
  // 1.4
  return undefined
}

/** v1: 4. What passes it need not even come from a member. */
const judgeAliases = (rule: string, { sender, stateKey }: Judged): Rejection | undefined => {
  // v1: 4.1
  if (stateKey === undefined) return { rule: `${rule}.1`, reason: 'Aliases are state, under the name of their server.' }
  // v1: 4.2
  if (serverNameOf(sender) !== stateKey) return { rule: `${rule}.2`, reason: 'The aliases are those of another server than the sender.' }
  // v1: 4.3
  return undefined
}

const judgeRedaction = (rule: string, { eventId = '', redacts = '' }: Judged, mayRedact: boolean): Rejection | undefined => {
  // v1: 11.1
  if (mayRedact) return undefined
  // v1: 11.2
  if (serverNameOf(redacts) !== '' && serverNameOf(redacts) === serverNameOf(eventId)) return undefined
  // v1: 11.3
  return { rule: `${rule}.3`, reason: 'The sender may not redact what comes from other servers.' }
}
