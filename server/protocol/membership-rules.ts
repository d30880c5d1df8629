import type { Rejection } from './errors.ts'
import type { Event } from './event.ts'
import { isUserId, serverNameOf } from './identifiers.ts'
import { own, ownString } from './json-values.ts'
import type { Evidence, Judged } from './judged.ts'
import { founderOf, levelFor, powerOf } from './power-levels.ts'
import type { RoomVersion } from './room-versions.ts'
import type { MemberRuleNumbers } from './rule-numbers.ts'
import { joinRuleOf, membershipOf, type StateLookup } from './state-map.ts'
import { isSignedByInviteKey } from './third-party-invite.ts'

/** One membership change and all that its rules ask about. */
interface Change {
  readonly version: RoomVersion
  readonly rules: MemberRuleNumbers
  readonly judged: Judged
  readonly target: string
  readonly lookup: StateLookup
  readonly create: Event
}

// In the comments below a number stands as in version 11 and without its 4. The versions number their rules themselves: see rule-numbers.ts.

const reject = (rule: string, reason: string): Rejection => ({ rule, reason })

/** Judges a membership event: rule 5 of versions 1 to 5 and 12, rule 4 of those between. */
export const judgeMembership = (
  version: RoomVersion,
  judged: Judged,
  lookup: StateLookup,
  create: Event,
  evidence: Evidence,
): Rejection | undefined => {
  const rules = version.rules.member
  const { stateKey, content } = judged
  // .1
  if (stateKey === undefined || !Object.hasOwn(content, 'membership'))
    return reject(rules.shape, 'A membership event names the member and the membership.')
  // .2.1
  if (rules.authorised !== undefined && Object.hasOwn(content, 'join_authorised_via_users_server')) {
    const authoriser = own(content, 'join_authorised_via_users_server')
    if (!isUserId(authoriser) || !evidence.signedBy(serverNameOf(authoriser)))
      return reject(rules.authorised, 'The server of the authorising user has not signed the event.')
  }
  const change: Change = { version, rules, judged, target: stateKey, lookup, create }
  switch (own(content, 'membership')) {
    case 'join':
      return judgeJoin(change)
    case 'invite':
      return Object.hasOwn(content, 'third_party_invite') ? judgeThirdPartyInvite(change) : judgeInvite(change)
    case 'leave':
      return judgeLeave(change)
    case 'ban':
      return judgeBan(change)
    case 'knock':
      if (rules.knock !== undefined) return judgeKnock(change, rules.knock)
  }
  // .8
  return reject(rules.unknown, 'The membership is none that this room version knows.')
}

const judgeJoin = ({ version, rules, judged, target, lookup, create }: Change): Rejection | undefined => {
  // .3.1
  if (judged.prevEvents.length === 1 && judged.prevEvents[0] === create.eventId && target === founderOf(version, create)) return undefined
  // .3.2
  if (judged.sender !== target) return reject(`${rules.join}.2`, 'Only the user can join the room.')
  const membership = membershipOf(lookup, target)
  // .3.3
  if (membership === 'ban') return reject(`${rules.join}.3`, 'The user is banned from the room.')
  const joinRule = joinRuleOf(lookup)
  const wanted = membership === 'join' || membership === 'invite'
  // .3.4
  if ((joinRule === 'invite' || (joinRule === 'knock' && version.knock)) && wanted) return undefined
  // .3.5
  if ((joinRule === 'restricted' && version.restrictedJoins) || (joinRule === 'knock_restricted' && version.knockRestricted)) {
    // .3.5.1
    if (wanted) return undefined
    // .3.5.2
    if (!isAuthorised(version, judged, lookup))
      return reject(`${rules.joinRestricted}.2`, 'No member who may invite has authorised the join.')
    // .3.5.3
    return undefined
  }
  // .3.6
  if (joinRule === 'public') return undefined
  // .3.7
  return reject(rules.joinOtherwise, 'The user is not invited to the room.')
}

const isAuthorised = (version: RoomVersion, { content }: Judged, lookup: StateLookup): boolean => {
  const authoriser = ownString(content, 'join_authorised_via_users_server')
  return (
    authoriser !== undefined &&
    membershipOf(lookup, authoriser) === 'join' &&
    powerOf(version, authoriser, lookup) >= levelFor(version, 'invite', lookup)
  )
}

const judgeThirdPartyInvite = ({ rules, judged, target, lookup }: Change): Rejection | undefined => {
  // .4.1.1
  if (membershipOf(lookup, target) === 'ban') return reject(`${rules.invite}.1.1`, 'The user is banned from the room.')
  const signed = own(own(judged.content, 'third_party_invite'), 'signed')
  // .4.1.2
  if (signed === undefined) return reject(`${rules.invite}.1.2`, 'The third-party invitation is not signed.')
  const mxid = own(signed, 'mxid')
  const token = own(signed, 'token')
  // .4.1.3
  if (mxid === undefined || token === undefined)
    return reject(`${rules.invite}.1.3`, 'The third-party invitation lacks the user ID or the token.')
  // .4.1.4
  if (mxid !== target) return reject(`${rules.invite}.1.4`, 'The third-party invitation was signed for another user.')
  const offer = typeof token === 'string' ? lookup('m.room.third_party_invite', token) : undefined
  // .4.1.5
  if (offer === undefined) return reject(`${rules.invite}.1.5`, 'The room knows no third-party invitation of that token.')
  // .4.1.6
  if (offer.pdu.sender !== judged.sender) return reject(`${rules.invite}.1.6`, 'Somebody else made the third-party invitation.')
  // .4.1.7
  if (isSignedByInviteKey(signed, offer.pdu.content)) return undefined
  // .4.1.8
  return reject(`${rules.invite}.1.8`, 'No key of the third-party invitation has signed it.')
}

const judgeInvite = ({ version, rules, judged, target, lookup }: Change): Rejection | undefined => {
  // .4.2
  if (membershipOf(lookup, judged.sender) !== 'join') return reject(`${rules.invite}.2`, 'The sender is not in the room.')
  const membership = membershipOf(lookup, target)
  // .4.3
  if (membership === 'join' || membership === 'ban') {
    return reject(`${rules.invite}.3`, membership === 'ban' ? 'The user is banned from the room.' : 'The user is in the room already.')
  }
  // .4.4
  if (powerOf(version, judged.sender, lookup) >= levelFor(version, 'invite', lookup)) return undefined
  // .4.5
  return reject(`${rules.invite}.5`, 'The sender may not invite.')
}

const judgeLeave = ({ version, rules, judged, target, lookup }: Change): Rejection | undefined => {
  const { sender } = judged
  const membership = membershipOf(lookup, target)
  // .5.1
  if (sender === target) {
    const present = membership === 'invite' || membership === 'join' || (membership === 'knock' && version.knock)
    return present ? undefined : reject(`${rules.leave}.1`, 'The user is neither in the room, nor invited, nor knocking.')
  }
  // .5.2
  if (membershipOf(lookup, sender) !== 'join') return reject(`${rules.leave}.2`, 'The sender is not in the room.')
  const power = powerOf(version, sender, lookup)
  // .5.3
  if (membership === 'ban' && power < levelFor(version, 'ban', lookup)) return reject(`${rules.leave}.3`, 'The sender may not lift a ban.')
  // .5.4
  if (power >= levelFor(version, 'kick', lookup) && powerOf(version, target, lookup) < power) return undefined
  // .5.5
  return reject(`${rules.leave}.5`, 'The sender may not remove this user.')
}

const judgeBan = ({ version, rules, judged: { sender }, target, lookup }: Change): Rejection | undefined => {
  // .6.1
  if (membershipOf(lookup, sender) !== 'join') return reject(`${rules.ban}.1`, 'The sender is not in the room.')
  const power = powerOf(version, sender, lookup)
  // .6.2
  if (power >= levelFor(version, 'ban', lookup) && powerOf(version, target, lookup) < power) return undefined
  // .6.3
  return reject(`${rules.ban}.3`, 'The sender may not ban this user.')
}

const judgeKnock = ({ version, judged: { sender }, target, lookup }: Change, rule: string): Rejection | undefined => {
  const joinRule = joinRuleOf(lookup)
  // .7.1
  if (joinRule !== 'knock' && !(joinRule === 'knock_restricted' && version.knockRestricted))
    return reject(`${rule}.1`, 'Nobody can knock on this room.')
  // .7.2
  if (sender !== target) return reject(`${rule}.2`, 'Only the user can knock.')
  const membership = membershipOf(lookup, sender)
  // .7.3
  if (membership !== 'ban' && membership !== 'invite' && membership !== 'join') return undefined
  // .7.4
  return reject(`${rule}.4`, 'The user is banned, invited or in the room already.')
}
