import type { Rejection } from './errors.ts'
import type { Event } from './event.ts'
import { isUserId, serverNameOf } from './identifiers.ts'
import { own, ownString } from './json-values.ts'
import type { Evidence, Judged } from './judged.ts'
import { founderOf, levelFor, powerOf } from './power-levels.ts'
import type { RoomVersion } from './room-versions.ts'
import { joinRuleOf, membershipOf, type StateLookup } from './state-map.ts'
import { isSignedByInviteKey } from './third-party-invite.ts'

/** One membership change and all that its rules ask about. Numbers in comments are relative to the version's rule on members. */
interface Change {
  readonly version: RoomVersion
  readonly judged: Judged
  readonly target: string
  readonly lookup: StateLookup
  readonly create: Event
  readonly reject: (rule: string, reason: string) => Rejection
}

/** Judges a membership event: rule 4 of version 11, rule 5 of version 12. */
export const judgeMembership = (
  version: RoomVersion,
  judged: Judged,
  lookup: StateLookup,
  create: Event,
  evidence: Evidence,
): Rejection | undefined => {
  const reject = (rule: string, reason: string): Rejection => ({ rule: `${version.rules.member.shape.split('.')[0]}.${rule}`, reason })
  const membership = ownString(judged.content, 'membership')
  // .1
  if (judged.stateKey === undefined || membership === undefined)
    return reject('1', 'A membership event names the member and the membership.')
  // .2
  if (version.restrictedJoins && Object.hasOwn(judged.content, 'join_authorised_via_users_server')) {
    const authoriser = judged.content['join_authorised_via_users_server']
    // .2.1
    if (!isUserId(authoriser) || !evidence.signedBy(serverNameOf(authoriser))) {
      return reject('2.1', 'The server of the authorising user has not signed the event.')
    }
  }
  const change: Change = { version, judged, target: judged.stateKey, lookup, create, reject }
  switch (membership) {
    case 'join':
      return judgeJoin(change)
    case 'invite':
      return Object.hasOwn(judged.content, 'third_party_invite') ? judgeThirdPartyInvite(change) : judgeInvite(change)
    case 'leave':
      return judgeLeave(change)
    case 'ban':
      return judgeBan(change)
    case 'knock':
      if (version.knock) return judgeKnock(change)
  }
  // .8
  return reject('8', `The membership ${membership} is unknown.`)
}

const judgeJoin = ({ version, judged, target, lookup, create, reject }: Change): Rejection | undefined => {
  // .3.1
  if (judged.prevEvents.length === 1 && judged.prevEvents[0] === create.eventId && target === founderOf(version, create)) return undefined
  // .3.2
  if (judged.sender !== target) return reject('3.2', 'Only the user can join the room.')
  const membership = membershipOf(lookup, target)
  // .3.3
  if (membership === 'ban') return reject('3.3', 'The user is banned from the room.')
  const joinRule = joinRuleOf(lookup)
  const wanted = membership === 'join' || membership === 'invite'
  // .3.4
  if (wanted && (joinRule === 'invite' || (joinRule === 'knock' && version.knock))) return undefined
  // .3.5
  if ((joinRule === 'restricted' && version.restrictedJoins) || (joinRule === 'knock_restricted' && version.knockRestricted)) {
    // .3.5.1
    if (wanted) return undefined
    // .3.5.2
    const authoriser = ownString(judged.content, 'join_authorised_via_users_server')
    if (
      authoriser === undefined ||
      membershipOf(lookup, authoriser) !== 'join' ||
      powerOf(version, authoriser, lookup) < levelFor(version, 'invite', lookup)
    ) {
      return reject('3.5.2', 'No member who may invite has authorised the join.')
    }
    // .3.5.3
    return undefined
  }
  // .3.6
  if (joinRule === 'public') return undefined
  // .3.7
  return reject('3.7', 'The user is not invited to the room.')
}

const judgeThirdPartyInvite = ({ judged, target, lookup, reject }: Change): Rejection | undefined => {
  // .4.1.1
  if (membershipOf(lookup, target) === 'ban') return reject('4.1.1', 'The user is banned from the room.')
  const signed = own(own(judged.content, 'third_party_invite'), 'signed')
  // .4.1.2
  if (signed === undefined) return reject('4.1.2', 'The third-party invitation is not signed.')
  const mxid = ownString(signed, 'mxid')
  const token = ownString(signed, 'token')
  // .4.1.3
  if (mxid === undefined || token === undefined) return reject('4.1.3', 'The third-party invitation lacks the user ID or the token.')
  // .4.1.4
  if (mxid !== target) return reject('4.1.4', 'The third-party invitation was signed for another user.')
  const offer = lookup('m.room.third_party_invite', token)
  // .4.1.5
  if (offer === undefined) return reject('4.1.5', 'The room knows no third-party invitation of that token.')
  // .4.1.6
  if (offer.pdu.sender !== judged.sender) return reject('4.1.6', 'Somebody else made the third-party invitation.')
  // .4.1.7
  if (isSignedByInviteKey(signed, offer.pdu.content)) return undefined
  // .4.1.8
  return reject('4.1.8', 'No key of the third-party invitation has signed it.')
}

const judgeInvite = ({ version, judged, target, lookup, reject }: Change): Rejection | undefined => {
  // .4.2
  if (membershipOf(lookup, judged.sender) !== 'join') return reject('4.2', 'The sender is not in the room.')
  const membership = membershipOf(lookup, target)
  // .4.3
  if (membership === 'join' || membership === 'ban') {
    return reject('4.3', membership === 'ban' ? 'The user is banned from the room.' : 'The user is in the room already.')
  }
  // .4.4
  if (powerOf(version, judged.sender, lookup) >= levelFor(version, 'invite', lookup)) return undefined
  // .4.5
  return reject('4.5', 'The sender may not invite.')
}

const judgeLeave = ({ version, judged, target, lookup, reject }: Change): Rejection | undefined => {
  const { sender } = judged
  const membership = membershipOf(lookup, target)
  // .5.1
  if (sender === target) {
    const present = membership === 'invite' || membership === 'join' || (membership === 'knock' && version.knock)
    return present ? undefined : reject('5.1', 'The user is neither in the room, nor invited, nor knocking.')
  }
  // .5.2
  if (membershipOf(lookup, sender) !== 'join') return reject('5.2', 'The sender is not in the room.')
  const power = powerOf(version, sender, lookup)
  // .5.3
  if (membership === 'ban' && power < levelFor(version, 'ban', lookup)) return reject('5.3', 'The sender may not lift a ban.')
  // .5.4
  if (power >= levelFor(version, 'kick', lookup) && powerOf(version, target, lookup) < power) return undefined
  // .5.5
  return reject('5.5', 'The sender may not remove this user.')
}

const judgeBan = ({ version, judged: { sender }, target, lookup, reject }: Change): Rejection | undefined => {
  // .6.1
  if (membershipOf(lookup, sender) !== 'join') return reject('6.1', 'The sender is not in the room.')
  const power = powerOf(version, sender, lookup)
  // .6.2
  if (power >= levelFor(version, 'ban', lookup) && powerOf(version, target, lookup) < power) return undefined
  // .6.3
  return reject('6.3', 'The sender may not ban this user.')
}

const judgeKnock = ({ version, judged: { sender }, target, lookup, reject }: Change): Rejection | undefined => {
  const joinRule = joinRuleOf(lookup)
  // .7.1
  if (joinRule !== 'knock' && !(joinRule === 'knock_restricted' && version.knockRestricted))
    return reject('7.1', 'Nobody can knock on this room.')
  // .7.2
  if (sender !== target) return reject('7.2', 'Only the user can knock.')
  const membership = membershipOf(lookup, sender)
  // .7.3
  if (membership !== 'ban' && membership !== 'invite' && membership !== 'join') return undefined
  // .7.4
  return reject('7.4', 'The user is banned, invited or in the room already.')
}
