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

/**
 * Judges an event by a state of its room: by the events it cites, by the state before it, or by the current state.
 * rooms/v11/#authorisation-rules, rooms/v12/#authorisation-rules
 * @returns the rule that forbids it, or `undefined` when it is allowed
 */
export const authorise = (version: RoomVersion, judged: Judged, lookup: StateLookup, evidence: Evidence): Rejection | undefined => {
  const { rules } = version
  const { type, sender, stateKey } = judged
  if (type === 'm.room.create') return judgeCreate(version, judged)
  const create = lookup('m.room.create', '')
  if (create === undefined) return { rule: rules.roomId ?? `${rules.authEvents}.4`, reason: 'The room has no create event.' }
  // v12: 2
  if (rules.roomId !== undefined && createIdOfRoom(`!${judged.roomId?.slice(1)}`) !== create.eventId) {
    return { rule: rules.roomId, reason: 'The room ID does not name the create event.' }
  }
  // v11: 3, v12: 4
  if (own(create.pdu.content, 'm.federate') === false && serverNameOf(sender) !== serverNameOf(create.pdu.sender)) {
    return { rule: rules.federate, reason: 'The room is closed to other servers.' }
  }
  // v11: 4, v12: 5
  if (type === 'm.room.member') return judgeMembership(version, judged, lookup, create, evidence)
  // v11: 5, v12: 6
  if (membershipOf(lookup, sender) !== 'join') return { rule: rules.senderJoined, reason: 'The sender is not in the room.' }
  const power = powerOf(version, sender, lookup)
  // v11: 6.1, v12: 7.1
  if (type === 'm.room.third_party_invite') {
    return power >= levelFor(version, 'invite', lookup)
      ? undefined
      : { rule: `${rules.thirdPartyInvite}.1`, reason: 'The sender may not invite.' }
  }
  // v11: 7, v12: 8
  const level = levelToSend(version, type, stateKey !== undefined, lookup)
  if (level > power)
    return { rule: rules.requiredLevel, reason: `Sending ${type} takes a power level of ${level}; the sender has ${power}.` }
  // v11: 8, v12: 9
  if (stateKey?.startsWith('@') && stateKey !== sender)
    return { rule: rules.foreignStateKey, reason: 'The state key is the user ID of somebody else.' }
  // v11: 9, v12: 10
  if (type === 'm.room.power_levels') return judgePowerLevels(version, judged, lookup, power)
  // v11: 10, v12: 11
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
  // v12: 1.4
  const additional = own(content, 'additional_creators')
  if (version.privilegedCreators && additional !== undefined && !(Array.isArray(additional) && additional.every(isUserId))) {
    return { rule: `${rule}.4`, reason: 'The additional creators are not a list of user IDs.' }
  }
  // v11: 1.4, v12: 1.5
  return undefined
}
