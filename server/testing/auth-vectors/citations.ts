import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, type Cite, id, membership, message, within, withJoinRule } from './room.ts'

const create: Cite = ['m.room.create', '']
const powerLevels: Cite = ['m.room.power_levels', '']
const joinRules: Cite = ['m.room.join_rules', '']
const of = (name: string): Cite => ['m.room.member', id(name)]

/** A case for versions whose events cite the create event, and its twin for those where they must not. */
const both = (title: string, rest: Omit<Case, 'title' | 'cites'>, cites: readonly Cite[]): Case[] => {
  const some = (first: number, last: number): Case => ({
    ...rest,
    title,
    cites: last < 12 ? [create, ...cites] : cites,
    ...(rest.rejectedBy && { rejectedBy: within(rest.rejectedBy, first, last) }),
    ...(rest.allowedBy && { allowedBy: within(rest.allowedBy, first, last) }),
  })
  return [some(1, 11), some(12, 12)].filter(
    ({ rejectedBy = {}, allowedBy = {} }) => Object.keys(rejectedBy).length + Object.keys(allowedBy).length > 0,
  )
}

const say = message('member')
const invite = membership('mod', 'left', 'invite')
const foreign = { type: 'm.room.power_levels', state_key: '', sender: id('alice'), content: {}, room_id: '!other' }
const offered = { third_party_invite: { signed: { mxid: id('left'), token: 'tok' } } }

/** What an event may cite, and must. */
export const citationCases: readonly Case[] = [
  ...both('citing what one should', { event: say, allowedBy: A.otherwise }, [powerLevels, of('member')]),
  ...both('citing less than one could', { event: say, allowedBy: A.otherwise }, [of('member')]),
  ...both('citing one event twice', { event: say, rejectedBy: R.citesTwice }, [powerLevels, powerLevels, of('member')]),
  ...both('citing two events of one key', { event: say, rejectedBy: R.citesTwice }, [
    of('member'),
    { type: 'm.room.member', state_key: id('member'), sender: id('member'), content: { membership: 'join' } },
  ]),
  ...both('citing the member event of another', { event: say, rejectedBy: R.citesUnselected }, [of('member'), of('mod')]),
  ...both('citing the join rules for a message', { event: say, rejectedBy: R.citesUnselected }, [of('member'), joinRules]),
  ...both('citing a message', { event: say, rejectedBy: R.citesUnselected }, [of('member'), { type: 'm.room.message', sender: id('mod') }]),
  ...both('citing two messages', { event: say, rejectedBy: R.citesUnselected }, [
    of('member'),
    { type: 'm.room.message', sender: id('mod') },
    { type: 'm.room.message', sender: id('mod') },
  ]),
  ...both('citing what has the type of a member event and no state key', { event: say, rejectedBy: R.citesUnselected }, [
    of('member'),
    { type: 'm.room.member', sender: id('member') },
  ]),
  ...both('citing levels under another state key', { event: say, rejectedBy: R.citesUnselected }, [
    of('member'),
    { type: 'm.room.power_levels', state_key: 'x', sender: id('mod') },
  ]),
  ...both('citing the room’s name', { event: say, rejectedBy: R.citesUnselected }, [
    of('member'),
    { type: 'm.room.name', state_key: '', sender: id('mod') },
  ]),
  {
    title: 'citing the create event that the room ID names',
    event: say,
    cites: [create, of('member')],
    rejectedBy: within(R.citesUnselected, 12),
  },
  ...both('citing a rejected event', { event: say, rejectedBy: R.citesRejected }, [
    of('member'),
    { type: 'm.room.power_levels', state_key: '', sender: id('mod'), rejected: true },
  ]),
  { title: 'citing no create event', event: say, cites: [powerLevels, of('member')], rejectedBy: R.citesNoCreate },
  { title: 'citing nothing', event: say, cites: [], rejectedBy: R.citesNoCreate, allowedBy: within(A.otherwise, 12) },
  ...both('citing an event of another room', { event: say, rejectedBy: R.citesForeign }, [of('member'), foreign]),
  {
    title: 'citing the create event of another room',
    event: say,
    cites: [{ type: 'm.room.create', state_key: '', sender: id('alice'), content: {}, room_id: '!other:a.example' }, of('member')],
    rejectedBy: within(R.citesForeign, 1, 11),
  },
  ...both('an invitation cites its target and the join rules', { event: invite, allowedBy: A.invite }, [
    powerLevels,
    of('mod'),
    of('left'),
    joinRules,
  ]),
  ...both(
    'a knock cites the join rules',
    {
      state: [withJoinRule('knock')],
      event: membership('left', 'left', 'knock'),
      allowedBy: A.knock,
      rejectedBy: within(R.memberUnknown, 1, 6),
    },
    [powerLevels, of('left'), joinRules],
  ),
  ...both('a ban does not cite the join rules', { event: membership('mod', 'left', 'ban'), rejectedBy: R.citesUnselected }, [
    of('mod'),
    joinRules,
  ]),
  ...both(
    'an invitation that accepts an offer cites it',
    { event: membership('mod', 'left', 'invite', offered), rejectedBy: R.offerUnknown },
    [of('mod'), { type: 'm.room.third_party_invite', state_key: 'tok', sender: id('mod') }],
  ),
  ...both(
    'an invitation does not cite the offer of another token',
    { event: membership('mod', 'left', 'invite', offered), rejectedBy: R.citesUnselected },
    [of('mod'), { type: 'm.room.third_party_invite', state_key: 'other', sender: id('mod') }],
  ),
  ...both(
    'a join cites whoever authorised it, where there are restricted joins',
    {
      state: [withJoinRule('restricted')],
      signedBy: ['a.example'],
      event: membership('left', 'left', 'join', { join_authorised_via_users_server: id('mod') }),
      rejectedBy: within(R.citesUnselected, 1, 7),
      allowedBy: A.joinAuthorised,
    },
    [of('left'), of('mod'), joinRules],
  ),
  ...both(
    'a leave cites nobody who authorised it',
    {
      signedBy: ['a.example'],
      event: membership('member', 'member', 'leave', { join_authorised_via_users_server: id('mod') }),
      rejectedBy: R.citesUnselected,
    },
    [of('member'), of('mod')],
  ),
]
