import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import {
  type Case,
  id,
  levels,
  membership,
  message,
  state,
  type Subject,
  types,
  users,
  within,
  withCreate,
  withJoinRule,
  withLevels,
} from './room.ts'

const aliases = (sender: string, state_key?: string): Subject => ({
  type: 'm.room.aliases',
  sender,
  ...(state_key !== undefined && { state_key }),
  content: { aliases: ['#room:a.example'] },
})
const redact = (sender: string, more: Partial<Subject>): Subject => ({ type: 'm.room.redaction', sender: id(sender), content: {}, ...more })
const bare = { without: [['m.room.power_levels', '']] } as const
const elsewhere = { event_id: '$r:a.example', redacts: '$x:b.example' }
const judgedApart = within(A.otherwise, 3, 10)

/** Aliases in old versions, messages, state, and redactions. */
export const sendingCases: readonly Case[] = [
  { title: 'aliases without a state key', event: aliases(id('mod')), rejectedBy: R.aliasesStateKey, allowedBy: within(A.otherwise, 6) },
  {
    title: 'aliases of another server',
    event: aliases(id('mod'), 'b.example'),
    rejectedBy: R.aliasesServer,
    allowedBy: within(A.otherwise, 6),
  },
  { title: 'aliases of the server on another port', event: aliases(id('mod'), 'a.example:8448'), rejectedBy: R.aliasesServer },
  {
    title: 'aliases of the sender’s server',
    event: aliases(id('mod'), 'a.example'),
    allowedBy: { ...A.aliases, ...within(A.otherwise, 6) },
  },
  {
    title: 'aliases by somebody who is not in the room',
    event: aliases(id('left'), 'a.example'),
    allowedBy: A.aliases,
    rejectedBy: within(R.senderOutside, 6),
  },
  {
    title: 'aliases by a member without the level for state',
    event: aliases(id('member'), 'a.example'),
    allowedBy: A.aliases,
    rejectedBy: within(R.requiredLevel, 6),
  },
  {
    title: 'aliases in a room that is closed to others',
    state: [withCreate({ 'm.federate': false })],
    event: aliases('@far:b.example', 'b.example'),
    rejectedBy: R.federate,
  },

  ...['left', 'invited', 'banned', 'knocking', 'new', 'constructor', '__proto__'].map(
    (name): Case => ({ title: `a message of somebody who is ${name}`, event: message(name), rejectedBy: R.senderOutside }),
  ),
  { title: 'a message', event: message('member'), allowedBy: A.otherwise },
  { title: 'a message of another server’s user', event: message('@far:b.example'), allowedBy: A.otherwise },
  { title: 'state below the level of its type', event: state('member', 'm.room.topic'), rejectedBy: R.requiredLevel },
  { title: 'state at the level of its type', event: state('junior', 'm.room.topic'), allowedBy: A.otherwise },
  { title: 'state below the default level', event: state('junior', 'm.room.name'), rejectedBy: R.requiredLevel },
  { title: 'state at the default level', event: state('mod', 'm.room.name'), allowedBy: A.otherwise },
  { title: 'a message below the level of its type', event: message('mod', 'x.high'), rejectedBy: R.requiredLevel },
  {
    title: 'a message below the default level',
    state: [withLevels(levels({ events_default: 1 }))],
    event: message('member'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'a message at the default level',
    state: [withLevels(levels({ events_default: 25 }))],
    event: message('junior'),
    allowedBy: A.otherwise,
  },
  {
    title: 'a message below the level of its type and above the default',
    state: [withLevels(levels({ events_default: -10, ...types({ 'm.room.message': 1 }) }))],
    event: message('member'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'a message above the level of its type and below the default',
    state: [withLevels(levels({ events_default: 90 }))],
    event: message('junior', 'x.low'),
    allowedBy: A.otherwise,
  },
  { title: 'an empty state key makes it state', event: state('member', 'm.room.message'), rejectedBy: R.requiredLevel },
  {
    title: 'a message of somebody whose level is below zero',
    state: [withLevels(levels(users({ [id('member')]: -1 })))],
    event: message('member'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'a message where the users’ default is below zero',
    state: [withLevels(levels({ users_default: -1 }))],
    event: message('member'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'who has no level has 0 where no default is set',
    state: [withLevels(levels({ users_default: undefined, events_default: 1 }))],
    event: message('member'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'state where the users’ default suffices',
    state: [withLevels(levels({ users_default: 50 }))],
    event: state('member', 'm.room.name'),
    allowedBy: A.otherwise,
  },
  { title: 'a type that only JavaScript knows takes the default level', event: message('member', 'constructor'), allowedBy: A.otherwise },
  {
    title: 'a type named as a key of JavaScript’s takes its level',
    state: [withLevels(levels(types({ ['__proto__']: 50 })))],
    event: message('member', '__proto__'),
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'levels in the prototype do not count',
    state: [withLevels(levels({ events_default: undefined, ['__proto__']: { events_default: 90 } }))],
    event: message('member'),
    allowedBy: A.otherwise,
  },
  {
    title: 'a user whose name is one of JavaScript’s has the default level',
    event: membership('constructor', 'member', 'leave'),
    rejectedBy: R.leaveOutside,
  },
  { title: 'state where no levels are set takes 50', ...bare, event: state('member', 'm.room.name'), rejectedBy: R.requiredLevel },
  { title: 'a message where no levels are set takes none', ...bare, event: message('member'), allowedBy: A.otherwise },
  { title: 'the founder has 100 where no levels are set', ...bare, event: state('alice', 'm.room.name'), allowedBy: A.otherwise },
  {
    title: 'the creator whom the create event names has 100 where no levels are set',
    ...bare,
    state: [withCreate({ creator: id('member') })],
    event: state('member', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 11),
    allowedBy: within(A.otherwise, 1, 10),
  },
  {
    title: 'who sent a create event that names another has nothing',
    ...bare,
    state: [withCreate({ creator: id('member') })],
    event: state('alice', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 1, 10),
    allowedBy: within(A.otherwise, 11),
  },
  {
    title: 'an additional creator where no levels are set',
    ...bare,
    state: [withCreate({ additional_creators: [id('member')] })],
    event: state('member', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.otherwise, 12),
  },
  {
    title: 'the founder counts as anybody else once levels are set',
    event: state('alice', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.otherwise, 12),
  },
  {
    title: 'a creator may send what nobody else may',
    state: [withLevels(levels(types({ 'x.high': 9007199254740991 })))],
    event: message('alice', 'x.high'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.otherwise, 12),
  },

  { title: 'state under the user ID of another', event: state('mod', 'x.low', id('member')), rejectedBy: R.foreignStateKey },
  { title: 'state under the own user ID', event: state('mod', 'x.low', id('mod')), allowedBy: A.otherwise },
  { title: 'state under a text that begins like a user ID', event: state('mod', 'x.low', '@'), rejectedBy: R.foreignStateKey },
  { title: 'state under a text that holds a user ID', event: state('mod', 'x.low', `_${id('member')}`), allowedBy: A.otherwise },
  { title: 'state under a key of JavaScript’s', event: state('mod', 'x.low', '__proto__'), allowedBy: A.otherwise },
  {
    title: 'even the most powerful keep off the user IDs of others',
    event: state('admin', 'x.low', id('member')),
    rejectedBy: R.foreignStateKey,
  },
  {
    title: 'even a creator keeps off the user IDs of others',
    event: state('alice', 'x.low', id('member')),
    rejectedBy: { ...within(R.requiredLevel, 1, 11), ...within(R.foreignStateKey, 12) },
  },
  {
    title: 'join rules below the level',
    event: { ...state('junior', 'm.room.join_rules'), content: { join_rule: 'public' } },
    rejectedBy: R.requiredLevel,
  },
  {
    title: 'join rules at the level, whatever they say',
    state: [withJoinRule('public')],
    event: { ...state('mod', 'm.room.join_rules'), content: { join_rule: 7 } },
    allowedBy: A.otherwise,
  },

  { title: 'redacting what another server sent', event: redact('member', elsewhere), rejectedBy: R.redaction, allowedBy: judgedApart },
  {
    title: 'redacting what another server sent, one level below',
    state: [withLevels(levels(users({ [id('mod')]: 49 })))],
    event: redact('mod', elsewhere),
    rejectedBy: R.redaction,
    allowedBy: judgedApart,
  },
  {
    title: 'redacting what another server sent, at the level',
    event: redact('mod', elsewhere),
    allowedBy: { ...A.redactionLevel, ...judgedApart },
  },
  {
    title: 'redacting what another server sent where no level is set',
    state: [withLevels(levels({ redact: undefined }))],
    event: redact('junior', elsewhere),
    rejectedBy: R.redaction,
    allowedBy: judgedApart,
  },
  {
    title: 'redacting what the own server sent',
    event: redact('member', { event_id: '$r:a.example', redacts: '$x:a.example' }),
    allowedBy: { ...A.redactionServer, ...judgedApart },
  },
  {
    title: 'redacting what the server on another port sent',
    event: redact('member', { event_id: '$r:a.example', redacts: '$x:a.example:8448' }),
    rejectedBy: R.redaction,
  },
  { title: 'redacting nothing', event: redact('member', { event_id: '$r:a.example' }), rejectedBy: R.redaction, allowedBy: judgedApart },
  {
    title: 'redacting with two IDs that name no server',
    event: redact('member', { event_id: '$r', redacts: '$x' }),
    rejectedBy: R.redaction,
    allowedBy: judgedApart,
  },
  {
    title: 'redacting below the level of the type',
    state: [withLevels(levels(types({ 'm.room.redaction': 60 })))],
    event: redact('mod', { event_id: '$r:a.example', redacts: '$x:a.example' }),
    rejectedBy: within(R.requiredLevel, 1, 10),
  },
  {
    title: 'a redaction is an event like another',
    event: { ...redact('member', {}), content: { redacts: '$x' } },
    allowedBy: within(A.otherwise, 11),
  },
]
