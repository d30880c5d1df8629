import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, type Json, levels, membership, type State, state, withLevels, withMember } from './room.ts'

// Of the specification's signing key: appendices/#signing-key. Over the canonical JSON of mxid and token.
const key = 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI'
const otherKey = 'hsLzjBnLy9HPlD7gAVfCpX0bPrBnDVo63rSUkBuJBEo'
const signatures = {
  new: 'HDgSjZpBDDLbXwqGz3I45t5Wel9ARptP34SvTlMAuvMHtRIRBowf9tQqZkDadmrvyWpRq+zegigqbN1VfCRcDQ',
  banned: 'uLhc0IOPFHXePBCcUrWN5zHXfRYlr8HY8wNGFwOJL7m7bI4o7M3TrtH9wWmCZNIwPwPmNO4H90pSt8gJF9xpDg',
  left: 'mcH26XKJBxNIzhu1rjkIvktXQ+Us8ANY/sPc1yhPq1pnENxUMODwPe3cRIZYgI2PChj+ZmIp0SE0M5aMx89SCw',
}

const offer = (keys: Json, sender = 'mod'): State => ({
  type: 'm.room.third_party_invite',
  state_key: 'tok',
  sender: id(sender),
  content: { display_name: 'n…', key_validity_url: 'https://id.example/valid', ...keys },
})
const made = [offer({ public_key: key })]
const signed = (name: keyof typeof signatures, more: Json = {}): Json => ({
  mxid: id(name),
  token: 'tok',
  signatures: { 'id.example': { 'ed25519:0': signatures[name] } },
  ...more,
})
const accept = (what: unknown, target = 'new') =>
  membership('mod', target, 'invite', { third_party_invite: { display_name: 'n…', signed: what } })
const invite = (by: string, target: string) => membership(by, target, 'invite')

/** Invitations that accept what an identity server passed on, and plain ones. */
export const inviteCases: readonly Case[] = [
  { title: 'accepting a third-party invitation', state: made, event: accept(signed('new')), allowedBy: A.offerKey },
  {
    title: 'accepting a third-party invitation by a listed key',
    state: [offer({ public_key: otherKey, public_keys: [{ public_key: otherKey }, { public_key: key }] })],
    event: accept(signed('new')),
    allowedBy: A.offerListedKey,
  },
  {
    title: 'accepting a third-party invitation by the second of two signatures',
    state: made,
    event: accept(
      signed('new', { signatures: { 'a.example': { 'ed25519:0': signatures.left }, 'b.example': { 'ed25519:7': signatures.new } } }),
    ),
    allowedBy: A.offerKey,
  },
  {
    title: 'accepting a third-party invitation of a member who has left',
    state: [...made, withMember('mod', 'leave')],
    event: accept(signed('new')),
    allowedBy: A.offerKey,
  },
  {
    title: 'accepting a third-party invitation of a member who may no longer invite',
    state: [...made, withLevels(levels({ invite: 90 }))],
    event: accept(signed('new')),
    allowedBy: A.offerKey,
  },
  {
    title: 'a third-party invitation for a banned user',
    state: made,
    event: accept(signed('banned'), 'banned'),
    rejectedBy: R.offerBanned,
  },
  { title: 'a third-party invitation without what was signed', state: made, event: accept(undefined), rejectedBy: R.offerUnsigned },
  {
    title: 'a third-party invitation that is no object',
    state: made,
    event: membership('mod', 'new', 'invite', { third_party_invite: true }),
    rejectedBy: R.offerUnsigned,
  },
  {
    title: 'a third-party invitation that is null',
    state: made,
    event: membership('mod', 'new', 'invite', { third_party_invite: null }),
    rejectedBy: R.offerUnsigned,
  },
  { title: 'a third-party invitation that signed null', state: made, event: accept(null), rejectedBy: R.offerLacks },
  { title: 'a third-party invitation without the user', state: made, event: accept({ token: 'tok' }), rejectedBy: R.offerLacks },
  { title: 'a third-party invitation without the token', state: made, event: accept({ mxid: id('new') }), rejectedBy: R.offerLacks },
  { title: 'a third-party invitation for another user', state: made, event: accept(signed('left')), rejectedBy: R.offerOtherUser },
  {
    title: 'a third-party invitation for a user who is a number',
    state: made,
    event: accept({ mxid: 7, token: 'tok' }),
    rejectedBy: R.offerOtherUser,
  },
  { title: 'a third-party invitation that nobody made', event: accept(signed('new')), rejectedBy: R.offerUnknown },
  {
    title: 'a third-party invitation whose token is a number',
    state: made,
    event: accept({ mxid: id('new'), token: 7 }),
    rejectedBy: R.offerUnknown,
  },
  {
    title: 'a third-party invitation whose token is a name of JavaScript’s',
    event: accept({ mxid: id('new'), token: '__proto__' }),
    rejectedBy: R.offerUnknown,
  },
  {
    title: 'a third-party invitation that somebody else made',
    state: [offer({ public_key: key }, 'alice')],
    event: accept(signed('new')),
    rejectedBy: R.offerOtherSender,
  },
  {
    title: 'a third-party invitation signed by another key',
    state: [offer({ public_key: otherKey })],
    event: accept(signed('new')),
    rejectedBy: R.offerOtherwise,
  },
  {
    title: 'a third-party invitation with a spoilt signature',
    state: made,
    event: accept(signed('new', { extra: 1 })),
    rejectedBy: R.offerOtherwise,
  },
  {
    title: 'a third-party invitation without signatures',
    state: made,
    event: accept({ mxid: id('new'), token: 'tok' }),
    rejectedBy: R.offerOtherwise,
  },
  {
    title: 'a third-party invitation with keys that are no keys',
    state: [offer({ public_key: 'abc', public_keys: ['x', { public_key: 7 }, null] })],
    event: accept(signed('new')),
    rejectedBy: R.offerOtherwise,
  },
  { title: 'a third-party invitation without keys', state: [offer({})], event: accept(signed('new')), rejectedBy: R.offerOtherwise },
  {
    title: 'a third-party invitation whose signature is of an unknown kind',
    state: made,
    event: accept(signed('new', { signatures: { 'id.example': { 'x25519:0': signatures.new } } })),
    rejectedBy: R.offerOtherwise,
  },
  {
    title: 'a third-party invitation whose signatures are no objects',
    state: made,
    event: accept(signed('new', { signatures: { 'id.example': ['x'], b: null, c: { 'ed25519:0': 7 } } })),
    rejectedBy: R.offerOtherwise,
  },
  {
    title: 'a third-party invitation that has no canonical form',
    state: made,
    event: accept(signed('new', { extra: 1.5 })),
    rejectedBy: R.offerOtherwise,
  },

  { title: 'inviting', event: invite('mod', 'new'), allowedBy: A.invite },
  { title: 'inviting at exactly the level', state: [withLevels(levels({ invite: 50 }))], event: invite('mod', 'new'), allowedBy: A.invite },
  { title: 'inviting below the level', event: invite('member', 'new'), rejectedBy: R.inviteOtherwise },
  { title: 'inviting somebody who knocks', event: invite('mod', 'knocking'), allowedBy: A.invite },
  { title: 'inviting somebody who is invited already', event: invite('mod', 'invited'), allowedBy: A.invite },
  { title: 'inviting from outside', event: invite('left', 'new'), rejectedBy: R.inviteOutside },
  {
    title: 'inviting while only invited',
    state: [withLevels(levels({ invite: 0 }))],
    event: invite('invited', 'new'),
    rejectedBy: R.inviteOutside,
  },
  { title: 'inviting a member', event: invite('mod', 'member'), rejectedBy: R.invitePresent },
  { title: 'inviting oneself', event: invite('mod', 'mod'), rejectedBy: R.invitePresent },
  { title: 'inviting a banned user', event: invite('admin', 'banned'), rejectedBy: R.invitePresent },
  {
    title: 'anybody may invite where no levels are set',
    without: [['m.room.power_levels', '']],
    event: invite('member', 'new'),
    allowedBy: A.invite,
  },
  {
    title: 'anybody may invite where levels say nothing of invitations',
    state: [withLevels(levels({ invite: undefined }))],
    event: invite('member', 'new'),
    allowedBy: A.invite,
  },

  {
    title: 'a third-party invitation by a member who may invite',
    event: state('mod', 'm.room.third_party_invite', 't'),
    allowedBy: A.offerPower,
  },
  {
    title: 'a third-party invitation by a member who may not invite',
    event: state('member', 'm.room.third_party_invite', 't'),
    rejectedBy: R.offerPower,
  },
  {
    title: 'the invite level alone counts for a third-party invitation',
    state: [withLevels(levels({ invite: 0, events: { 'm.room.third_party_invite': 90 } }))],
    event: state('member', 'm.room.third_party_invite', '@anybody:b.example'),
    allowedBy: A.offerPower,
  },
  {
    title: 'a third-party invitation from outside',
    state: [withLevels(levels({ invite: 0 }))],
    event: state('left', 'm.room.third_party_invite', 't'),
    rejectedBy: R.senderOutside,
  },
]
