import { allowing as A, type Numbers, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, levels, membership, users, within, withCreate, withJoinRule, withLevels, withMember } from './room.ts'

const fresh = {
  without: [
    ['m.room.power_levels', ''],
    ['m.room.join_rules', ''],
    ['m.room.member', id('alice')],
  ],
} as const
const right = { prev_events: ['$create'] }
const join = (name: string) => membership(name, name, 'join')
const authorised = (by: unknown) => membership('left', 'left', 'join', { join_authorised_via_users_server: by })

/** Joins by somebody under a rule, in versions that know it and in those that do not. */
const under = (rule: string, from: number, invited: Numbers, uninvited: Case['rejectedBy']): Case[] => {
  const before = within(R.joinOtherwise, 1, from - 1)
  const state = [withJoinRule(rule)]
  const known = (title: string, name: string): Case => ({
    title: `${title} where the rule is ${rule}`,
    state,
    event: join(name),
    rejectedBy: before,
    allowedBy: within(invited, from),
  })
  const unknown = (title: string, name: string): Case => ({
    title: `${title} where the rule is ${rule}`,
    state,
    event: join(name),
    rejectedBy: { ...before, ...within(uninvited ?? {}, from) },
  })
  return [
    known('joining on invitation', 'invited'),
    known('joining anew', 'member'),
    unknown('joining uninvited', 'left'),
    unknown('joining for the first time, uninvited,', 'new'),
    unknown('joining while knocking', 'knocking'),
  ]
}

const vouched = (rule: string, from: number): Case[] => {
  const state = [withJoinRule(rule)]
  const signedBy = ['a.example']
  const verdicts = (allowed: boolean): Pick<Case, 'rejectedBy' | 'allowedBy'> => ({
    rejectedBy: { ...within(R.joinOtherwise, 1, from - 1), ...(allowed ? {} : within(R.joinUnauthorised, from)) },
    ...(allowed && { allowedBy: within(A.joinAuthorised, from) }),
  })
  const zero = withLevels(levels({ invite: 0 }))
  return [
    {
      title: `joining on the word of a member who may invite where the rule is ${rule}`,
      state,
      signedBy,
      event: authorised(id('mod')),
      ...verdicts(true),
    },
    {
      title: `joining on the word of a member at the very invite level where the rule is ${rule}`,
      state: [...state, zero],
      signedBy,
      event: authorised(id('member')),
      ...verdicts(true),
    },
    {
      title: `joining on the word of a member who may not invite where the rule is ${rule}`,
      state,
      signedBy,
      event: authorised(id('member')),
      ...verdicts(false),
    },
    {
      title: `joining on the word of somebody who is only invited where the rule is ${rule}`,
      state: [...state, zero],
      signedBy,
      event: authorised(id('invited')),
      ...verdicts(false),
    },
    {
      title: `joining on one's own word where the rule is ${rule}`,
      state: [...state, zero],
      signedBy,
      event: authorised(id('left')),
      ...verdicts(false),
    },
  ]
}

const named = withCreate({ creator: id('bob') })

/** Who may join, by each rule and in each version. */
export const joinCases: readonly Case[] = [
  {
    title: 'a membership of nobody',
    event: { type: 'm.room.member', sender: id('alice'), content: { membership: 'join' } },
    rejectedBy: R.memberShape,
  },
  { title: 'no membership', event: membership('alice', 'alice', undefined), rejectedBy: R.memberShape },
  {
    title: 'a membership in the prototype that JavaScript would see',
    event: membership('alice', 'alice', undefined, { ['__proto__']: { membership: 'leave' } }),
    rejectedBy: R.memberShape,
  },
  { title: 'a membership that is no text', event: membership('alice', 'alice', 1), rejectedBy: R.memberUnknown },
  { title: 'a membership that is null', event: membership('alice', 'alice', null), rejectedBy: R.memberUnknown },
  { title: 'a membership that only JavaScript knows', event: membership('alice', 'alice', 'constructor'), rejectedBy: R.memberUnknown },
  { title: 'an unknown membership', event: membership('member', 'member', 'x.away'), rejectedBy: R.memberUnknown },

  {
    title: 'an authorised join without the signature',
    state: [withJoinRule('public')],
    event: authorised(id('mod')),
    rejectedBy: R.memberUnsigned,
    allowedBy: within(A.joinPublic, 1, 7),
  },
  {
    title: 'an authorisation signed by another server',
    state: [withJoinRule('public')],
    signedBy: ['b.example'],
    event: authorised(id('mod')),
    rejectedBy: R.memberUnsigned,
  },
  {
    title: 'an authorisation that names no user',
    state: [withJoinRule('public')],
    signedBy: ['a.example', ''],
    event: authorised('mod'),
    rejectedBy: R.memberUnsigned,
  },
  {
    title: 'an authorisation that is null',
    state: [withJoinRule('public')],
    signedBy: ['a.example', ''],
    event: authorised(null),
    rejectedBy: R.memberUnsigned,
  },
  {
    title: 'an authorisation that nobody needs, and is signed',
    state: [withJoinRule('public')],
    signedBy: ['a.example'],
    event: authorised(id('left')),
    allowedBy: A.joinPublic,
  },
  {
    title: 'the signature is asked for whatever the membership',
    event: membership('member', 'member', 'leave', { join_authorised_via_users_server: id('mod') }),
    rejectedBy: R.memberUnsigned,
    allowedBy: within(A.leaveOwn, 1, 7),
  },

  { title: 'the founder’s own join right after the create event', ...fresh, event: { ...join('alice'), ...right }, allowedBy: A.joinFirst },
  {
    title: 'the first join by somebody else on the founder’s behalf',
    ...fresh,
    event: { ...membership('bob', 'alice', 'join'), ...right },
    allowedBy: A.joinFirst,
  },
  { title: 'the founder’s join later on needs an invitation', ...fresh, event: join('alice'), rejectedBy: R.joinOtherwise },
  {
    title: 'the founder’s join after two events',
    ...fresh,
    event: { ...join('alice'), prev_events: ['$create', '$before'] },
    rejectedBy: R.joinOtherwise,
  },
  {
    title: 'somebody else’s join right after the create event',
    ...fresh,
    event: { ...join('left'), ...right },
    rejectedBy: R.joinOtherwise,
  },
  {
    title: 'the join of the creator whom the create event names',
    ...fresh,
    state: [named],
    event: { ...join('bob'), ...right },
    rejectedBy: within(R.joinOtherwise, 11),
    allowedBy: within(A.joinFirst, 1, 10),
  },
  {
    title: 'the join of who sent a create event that names another',
    ...fresh,
    state: [named],
    event: { ...join('alice'), ...right },
    rejectedBy: within(R.joinOtherwise, 1, 10),
    allowedBy: within(A.joinFirst, 11),
  },
  {
    title: 'the first join where the creator is no text',
    ...fresh,
    state: [withCreate({ creator: 5 })],
    event: { ...join('alice'), ...right },
    rejectedBy: within(R.joinOtherwise, 1, 10),
    allowedBy: within(A.joinFirst, 11),
  },
  {
    title: 'the first join of an additional creator',
    ...fresh,
    state: [withCreate({ additional_creators: [id('bob')] })],
    event: { ...join('bob'), ...right },
    rejectedBy: R.joinOtherwise,
  },

  {
    title: 'making somebody else join',
    state: [withJoinRule('public')],
    event: membership('alice', 'left', 'join'),
    rejectedBy: R.joinOther,
  },
  { title: 'joining while banned', state: [withJoinRule('public')], event: join('banned'), rejectedBy: R.joinBanned },
  ...under('invite', 1, A.joinInvited, R.joinOtherwise),
  ...under('knock', 7, A.joinInvited, R.joinOtherwise),
  ...under('restricted', 8, A.joinRestrictedInvited, R.joinUnauthorised),
  ...under('knock_restricted', 10, A.joinRestrictedInvited, R.joinUnauthorised),
  ...vouched('restricted', 8),
  ...vouched('knock_restricted', 10),
  {
    title: 'joining where the rule is knock, on the word of a member',
    state: [withJoinRule('knock')],
    signedBy: ['a.example'],
    event: authorised(id('mod')),
    rejectedBy: R.joinOtherwise,
  },
  {
    title: 'joining on the word of a creator without a number',
    state: [withJoinRule('restricted'), withLevels(levels({ invite: 90 }))],
    signedBy: ['a.example'],
    event: authorised(id('alice')),
    rejectedBy: within(R.joinUnauthorised, 8, 11),
    allowedBy: within(A.joinAuthorised, 12),
  },
  {
    title: 'joining uninvited where no rule is set',
    without: [['m.room.join_rules', '']],
    event: join('left'),
    rejectedBy: R.joinOtherwise,
  },
  {
    title: 'joining on invitation where no rule is set',
    without: [['m.room.join_rules', '']],
    event: join('invited'),
    allowedBy: A.joinInvited,
  },
  { title: 'joining a public room', state: [withJoinRule('public')], event: join('left'), allowedBy: A.joinPublic },
  { title: 'joining a public room for the first time', state: [withJoinRule('public')], event: join('new'), allowedBy: A.joinPublic },
  {
    title: 'joining a public room with a membership that is no text',
    state: [withJoinRule('public'), withMember('left', 7 as never)],
    event: join('left'),
    allowedBy: A.joinPublic,
  },
  { title: 'joining a private room', state: [withJoinRule('private')], event: join('invited'), rejectedBy: R.joinOtherwise },
  { title: 'joining where the rule is unknown', state: [withJoinRule('x.rule')], event: join('invited'), rejectedBy: R.joinOtherwise },
  {
    title: 'joining on invitation where the rule is a number',
    state: [withJoinRule(7)],
    event: join('invited'),
    rejectedBy: R.joinOtherwise,
  },
  {
    title: 'joining where only the prototype has a rule',
    state: [{ type: 'm.room.join_rules', state_key: '', sender: id('alice'), content: { ['__proto__']: { join_rule: 'public' } } }],
    event: join('left'),
    rejectedBy: R.joinOtherwise,
  },
  { title: 'joining by a user whose name is one of JavaScript’s', event: join('constructor'), rejectedBy: R.joinOtherwise },
  {
    title: 'joining under a state key that is a name of JavaScript’s',
    state: [withJoinRule('public')],
    event: { ...join('left'), state_key: '__proto__' },
    rejectedBy: R.joinOther,
  },
  {
    title: 'joining on the word of a user with power, though levels name somebody like them',
    state: [withJoinRule('restricted'), withLevels(levels(users({ '@MOD:a.example': 50 })))],
    signedBy: ['a.example'],
    event: authorised('@MOD:a.example'),
    rejectedBy: within(R.joinUnauthorised, 8),
  },
]
