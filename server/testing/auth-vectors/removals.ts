import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, levels, membership, users, within, withCreate, withJoinRule, withLevels, withMember } from './room.ts'

const leave = (by: string, target = by) => membership(by, target, 'leave')
const ban = (by: string, target: string) => membership(by, target, 'ban')
const knock = (name: string, by = name) => membership(by, name, 'knock')
const second = { state: [withCreate({ additional_creators: [id('bob')] }), withMember('bob', 'join')] }
const knockRules = (...[rule, from]: ['knock', 7] | ['knock_restricted', 10]): Case[] => {
  const state = [withJoinRule(rule)]
  const unknown = { ...within(R.memberUnknown, 1, 6), ...within(R.knockRule, 7, from - 1) }
  return [
    ...['left', 'new', 'knocking'].map(
      (name): Case => ({
        title: `knocking as ${name} where the rule is ${rule}`,
        state,
        event: knock(name),
        rejectedBy: unknown,
        allowedBy: within(A.knock, from),
      }),
    ),
    ...['member', 'invited', 'banned'].map(
      (name): Case => ({
        title: `knocking as ${name} where the rule is ${rule}`,
        state,
        event: knock(name),
        rejectedBy: { ...unknown, ...within(R.knockOtherwise, from) },
      }),
    ),
    {
      title: `knocking for somebody else where the rule is ${rule}`,
      state,
      event: knock('left', 'mod'),
      rejectedBy: { ...unknown, ...within(R.knockOther, from) },
    },
  ]
}

/** Leaving, kicking, unbanning and banning; and knocking. */
export const removalCases: readonly Case[] = [
  { title: 'leaving as member', event: leave('member'), allowedBy: A.leaveOwn },
  { title: 'leaving as invited', event: leave('invited'), allowedBy: A.leaveOwn },
  { title: 'leaving as knocking', event: leave('knocking'), rejectedBy: within(R.leaveAbsent, 1, 6), allowedBy: within(A.leaveOwn, 7) },
  { title: 'leaving as banned', event: leave('banned'), rejectedBy: R.leaveAbsent },
  { title: 'leaving as left', event: leave('left'), rejectedBy: R.leaveAbsent },
  { title: 'leaving as new', event: leave('new'), rejectedBy: R.leaveAbsent },
  { title: 'leaving as banned with all the power', state: [withMember('admin', 'ban')], event: leave('admin'), rejectedBy: R.leaveAbsent },
  { title: 'kicking from outside', event: leave('left', 'member'), rejectedBy: R.leaveOutside },
  {
    title: 'kicking with power, from outside',
    state: [withMember('admin', 'leave')],
    event: leave('admin', 'member'),
    rejectedBy: R.leaveOutside,
  },
  { title: 'kicking', event: leave('mod', 'junior'), allowedBy: A.leave },
  { title: 'kicking at the level of the other', event: leave('mod', 'mod2'), rejectedBy: R.leaveOtherwise },
  { title: 'kicking above one’s own level', event: leave('mod', 'admin'), rejectedBy: R.leaveOtherwise },
  { title: 'kicking below the level', event: leave('junior', 'member'), rejectedBy: R.leaveOtherwise },
  {
    title: 'kicking below the level where none is set',
    state: [withLevels(levels({ kick: undefined, ...users({ [id('mod')]: 49 }) }))],
    event: leave('mod', 'member'),
    rejectedBy: R.leaveOtherwise,
  },
  {
    title: 'kicking at the level where none is set',
    state: [withLevels(levels({ kick: undefined }))],
    event: leave('mod', 'member'),
    allowedBy: A.leave,
  },
  {
    title: 'kicking the founder, who has a level',
    state: [withLevels(levels(users({ [id('alice')]: 100 })))],
    event: leave('mod', 'alice'),
    rejectedBy: R.leaveOtherwise,
  },
  {
    title: 'kicking the founder, who has no level',
    event: leave('mod', 'alice'),
    rejectedBy: within(R.leaveOtherwise, 12),
    allowedBy: within(A.leave, 1, 11),
  },
  {
    title: 'kicking the founder, whom levels make small',
    state: [withLevels(levels(users({ [id('alice')]: -5 })))],
    event: leave('mod', 'alice'),
    rejectedBy: within(R.leaveOtherwise, 12),
    allowedBy: within(A.leave, 1, 11),
  },
  { title: 'withdrawing an invitation', event: leave('mod', 'invited'), allowedBy: A.leave },
  { title: 'refusing a knock', event: leave('mod', 'knocking'), allowedBy: A.leave },
  { title: 'removing somebody who has left', event: leave('mod', 'left'), allowedBy: A.leave },
  { title: 'unbanning', event: leave('mod', 'banned'), allowedBy: A.leave },
  {
    title: 'unbanning below the ban level',
    state: [withLevels(levels({ ban: 60 }))],
    event: leave('mod', 'banned'),
    rejectedBy: R.leaveBanned,
  },
  {
    title: 'unbanning below the ban level where none is set',
    state: [withLevels(levels({ ban: undefined, kick: 0 }))],
    event: leave('junior', 'banned'),
    rejectedBy: R.leaveBanned,
  },
  {
    title: 'unbanning below the kick level',
    state: [withLevels(levels({ kick: 60 }))],
    event: leave('mod', 'banned'),
    rejectedBy: R.leaveOtherwise,
  },
  { title: 'unbanning an equal', state: [withMember('mod2', 'ban')], event: leave('mod', 'mod2'), rejectedBy: R.leaveOtherwise },
  {
    title: 'the founder kicks where no levels are set',
    without: [['m.room.power_levels', '']],
    event: leave('alice', 'member'),
    allowedBy: A.leave,
  },
  {
    title: 'a member kicks where no levels are set',
    without: [['m.room.power_levels', '']],
    event: leave('mod', 'member'),
    rejectedBy: R.leaveOtherwise,
  },

  { title: 'banning', event: ban('mod', 'junior'), allowedBy: A.ban },
  { title: 'banning somebody who is not in the room', event: ban('mod', 'new'), allowedBy: A.ban },
  { title: 'banning once more', event: ban('mod', 'banned'), allowedBy: A.ban },
  { title: 'banning from outside', event: ban('left', 'member'), rejectedBy: R.banOutside },
  {
    title: 'banning with power, from outside',
    state: [withMember('admin', 'invite')],
    event: ban('admin', 'member'),
    rejectedBy: R.banOutside,
  },
  { title: 'banning below the level', event: ban('junior', 'member'), rejectedBy: R.banOtherwise },
  {
    title: 'banning below the level where none is set',
    state: [withLevels(levels({ ban: undefined, ...users({ [id('mod')]: 49 }) }))],
    event: ban('mod', 'member'),
    rejectedBy: R.banOtherwise,
  },
  { title: 'banning takes no kick level', state: [withLevels(levels({ kick: 90 }))], event: ban('mod', 'member'), allowedBy: A.ban },
  { title: 'banning at the level of the other', event: ban('mod', 'mod2'), rejectedBy: R.banOtherwise },
  { title: 'banning oneself', event: ban('mod', 'mod'), rejectedBy: R.banOtherwise },
  {
    title: 'a creator without a number bans a moderator',
    event: ban('alice', 'mod'),
    rejectedBy: within(R.banOtherwise, 1, 11),
    allowedBy: within(A.ban, 12),
  },
  {
    title: 'a creator bans whoever has the largest number',
    state: [withLevels(levels(users({ [id('mod')]: 9007199254740991 })))],
    event: ban('alice', 'mod'),
    rejectedBy: within(R.banOtherwise, 1, 11),
    allowedBy: within(A.ban, 12),
  },
  {
    title: 'the largest number does not reach a creator',
    state: [withLevels(levels(users({ [id('mod')]: 9007199254740991 })))],
    event: ban('mod', 'alice'),
    rejectedBy: within(R.banOtherwise, 12),
    allowedBy: within(A.ban, 1, 11),
  },
  { title: 'a creator bans a creator', ...second, event: ban('alice', 'bob'), rejectedBy: R.banOtherwise },
  { title: 'an additional creator kicks a creator', ...second, event: leave('bob', 'alice'), rejectedBy: R.leaveOtherwise },
  {
    title: 'an additional creator bans a moderator',
    ...second,
    event: ban('bob', 'mod'),
    rejectedBy: within(R.banOtherwise, 1, 11),
    allowedBy: within(A.ban, 12),
  },
  {
    title: 'a moderator bans an additional creator',
    ...second,
    event: ban('admin', 'bob'),
    rejectedBy: within(R.banOtherwise, 12),
    allowedBy: within(A.ban, 1, 11),
  },

  ...knockRules('knock', 7),
  ...knockRules('knock_restricted', 10),
  ...['invite', 'public', 'restricted', 'private'].map(
    (rule): Case => ({
      title: `knocking where the rule is ${rule}`,
      state: [withJoinRule(rule)],
      event: knock('left'),
      rejectedBy: { ...within(R.memberUnknown, 1, 6), ...R.knockRule },
    }),
  ),
]
