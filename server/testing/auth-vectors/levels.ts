import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, levels, setLevels, types, users, within, withCreate, withLevels, withMember } from './room.ts'

const from = (changes: Parameters<typeof levels>[0]) => ({ state: [withLevels(levels(changes))] })
const to = (changes: Parameters<typeof levels>[0], by = 'mod') => setLevels(by, levels(changes))
const changed6 = { allowedBy: within(A.levels, 1, 5) }

/** Who may change levels, and to what. */
export const levelCases: readonly Case[] = [
  { title: 'levels that stay as they were', event: to({}), allowedBy: A.levels },
  { title: 'a member may not change levels at all', event: to({}, 'member'), rejectedBy: R.requiredLevel },
  {
    title: 'the first levels of a room may be anything',
    without: [['m.room.power_levels', '']],
    event: setLevels('alice', { users: { [id('mod')]: 900 }, ban: 1000, events: { x: 500 } }),
    allowedBy: A.firstLevels,
  },
  {
    title: 'the first levels of a room are not anybody’s to set',
    without: [['m.room.power_levels', '']],
    event: setLevels('mod', {}),
    rejectedBy: R.requiredLevel,
  },

  ...(['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'] as const).flatMap((name): Case[] => [
    { title: `raising ${name} above the own level`, event: to({ [name]: 51 }), rejectedBy: R.topNew },
    { title: `changing ${name} below the own level`, event: to({ [name]: 7 }), allowedBy: A.levels },
    {
      title: `lowering ${name} from above the own level`,
      ...from({ [name]: 60, events: { 'm.room.power_levels': 50 }, users: { [id('mod')]: 50 } }),
      event: to({ [name]: 0, events: { 'm.room.power_levels': 50 }, users: { [id('mod')]: 50 } }),
      rejectedBy: R.topOld,
    },
  ]),
  { title: 'dropping a level above the own', ...from({ ban: 60 }), event: to({ ban: undefined }), rejectedBy: R.topOld },
  { title: 'dropping a level at the own', event: to({ ban: undefined }), allowedBy: A.levels },
  { title: 'a level above the own that stays', ...from({ ban: 60 }), event: to({ ban: 60 }), allowedBy: A.levels },
  { title: 'raising a level to the own', event: to({ invite: 50 }), allowedBy: A.levels },
  { title: 'lowering a level at the own', event: to({ kick: 10 }), allowedBy: A.levels },
  { title: 'adding a level above the own', ...from({ invite: undefined }), event: to({ invite: 51 }), rejectedBy: R.topNew },
  {
    title: 'adding a level that is the default anyway, above the own',
    ...from({ ban: undefined, ...types({ 'm.room.power_levels': 25 }) }),
    event: setLevels('junior', levels({ ...types({ 'm.room.power_levels': 25 }) })),
    rejectedBy: R.topNew,
  },

  {
    title: 'changing the level of a type at the own',
    ...from(types({ 'x.mid': 50 })),
    event: to(types({ 'x.mid': 0 })),
    allowedBy: A.levels,
  },
  { title: 'changing the level of a type above the own', event: to(types({ 'x.high': 10 })), rejectedBy: R.mapOld },
  { title: 'dropping the level of a type above the own', event: to(types({ 'x.high': undefined })), rejectedBy: R.mapOld },
  { title: 'dropping the levels of all types', event: to({ events: undefined }), rejectedBy: R.mapOld },
  { title: 'changing the level of a type up to the own', event: to(types({ 'm.room.topic': 50 })), allowedBy: A.levels },
  { title: 'raising the level of a type above the own', event: to(types({ 'x.low': 51 })), rejectedBy: R.mapNew },
  { title: 'adding the level of a type above the own', event: to(types({ 'x.new': 51 })), rejectedBy: R.mapNew },
  { title: 'adding the level of a type that is a name of JavaScript’s', event: to(types({ ['__proto__']: 51 })), rejectedBy: R.mapNew },
  { title: 'adding the level of another type that is a name of JavaScript’s', event: to(types({ constructor: 51 })), rejectedBy: R.mapNew },

  {
    title: 'changing a notification level above the own',
    event: to({ notifications: { room: 10, low: 5 } }),
    rejectedBy: within(R.mapOld, 6),
    ...changed6,
  },
  {
    title: 'dropping a notification level above the own',
    event: to({ notifications: { low: 5 } }),
    rejectedBy: within(R.mapOld, 6),
    ...changed6,
  },
  { title: 'dropping all notification levels', event: to({ notifications: undefined }), rejectedBy: within(R.mapOld, 6), ...changed6 },
  {
    title: 'changing a notification level at the own',
    ...from({ notifications: { room: 50 } }),
    event: to({ notifications: { room: 5 } }),
    allowedBy: A.levels,
  },
  {
    title: 'raising a notification level above the own',
    event: to({ notifications: { room: 60, low: 51 } }),
    rejectedBy: within(R.mapNew, 6),
    ...changed6,
  },
  {
    title: 'adding a notification level above the own',
    event: to({ notifications: { room: 60, low: 5, x: 51 } }),
    rejectedBy: within(R.mapNew, 6),
    ...changed6,
  },
  { title: 'adding a notification level at the own', event: to({ notifications: { room: 60, low: 5, x: 50 } }), allowedBy: A.levels },
  {
    title: 'what is taken away counts before what is added, in whichever map',
    event: to({ ...types({ 'x.new': 51 }), notifications: {} }),
    rejectedBy: { ...within(R.mapNew, 1, 5), ...within(R.mapOld, 6) },
  },

  { title: 'demoting an equal', event: to(users({ [id('mod2')]: 0 })), rejectedBy: R.userOld },
  { title: 'dropping an equal', event: to(users({ [id('mod2')]: undefined })), rejectedBy: R.userOld },
  { title: 'demoting somebody above', event: to(users({ [id('admin')]: 0 })), rejectedBy: R.userOld },
  { title: 'demoting a lesser one', event: to(users({ [id('junior')]: 0 })), allowedBy: A.levels },
  { title: 'dropping a lesser one', event: to(users({ [id('junior')]: undefined })), allowedBy: A.levels },
  { title: 'demoting oneself', event: to(users({ [id('mod')]: 10 })), allowedBy: A.levels },
  { title: 'dropping oneself', event: to(users({ [id('mod')]: undefined })), allowedBy: A.levels },
  { title: 'dropping all users, equals among them', event: to({ users: undefined }), rejectedBy: R.userOld },
  { title: 'dropping all users from above', event: to({ users: undefined }, 'admin'), allowedBy: A.levels },
  { title: 'promoting a lesser one to the own level', event: to(users({ [id('junior')]: 50 })), allowedBy: A.levels },
  { title: 'promoting a lesser one above the own level', event: to(users({ [id('junior')]: 51 })), rejectedBy: R.userNew },
  { title: 'promoting oneself', event: to(users({ [id('mod')]: 51 })), rejectedBy: R.userNew },
  { title: 'promoting a new one above the own level', event: to(users({ [id('member')]: 51 })), rejectedBy: R.userNew },
  { title: 'promoting a new one to the own level', event: to(users({ [id('member')]: 50 })), allowedBy: A.levels },
  { title: 'promoting a new one whose name is one of JavaScript’s', event: to(users({ [id('constructor')]: 51 })), rejectedBy: R.userNew },
  {
    title: 'a member who may change levels still has none to give',
    ...from({ events: { 'm.room.power_levels': 0 } }),
    event: to({ events: { 'm.room.power_levels': 0 }, ...users({ [id('member')]: 1 }) }, 'member'),
    rejectedBy: R.userNew,
  },

  {
    title: 'levels that name the founder',
    event: to(users({ [id('alice')]: 50 })),
    rejectedBy: R.usersCreators,
    allowedBy: within(A.levels, 1, 11),
  },
  {
    title: 'a creator who names themself',
    event: to(users({ [id('alice')]: 50 }), 'alice'),
    rejectedBy: { ...within(R.requiredLevel, 1, 11), ...R.usersCreators },
  },
  {
    title: 'first levels that name the founder',
    without: [['m.room.power_levels', '']],
    event: setLevels('alice', { users: { [id('alice')]: 100 } }),
    rejectedBy: R.usersCreators,
    allowedBy: within(A.firstLevels, 1, 11),
  },
  {
    title: 'levels that name an additional creator',
    state: [withCreate({ additional_creators: [id('bob')] }), withMember('bob', 'join')],
    event: to(users({ [id('bob')]: 1 })),
    rejectedBy: R.usersCreators,
    allowedBy: within(A.levels, 1, 11),
  },
  {
    title: 'a creator promotes anybody to anything',
    event: to(users({ [id('mod')]: 9007199254740991 }), 'alice'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.levels, 12),
  },
  {
    title: 'a creator drops all users',
    event: to({ users: undefined }, 'alice'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.levels, 12),
  },
  {
    title: 'an additional creator lowers a level above every number',
    state: [withCreate({ additional_creators: [id('bob')] }), withMember('bob', 'join'), withLevels(levels({ ban: 9007199254740991 }))],
    event: to({ ban: 0 }, 'bob'),
    rejectedBy: within(R.requiredLevel, 1, 11),
    allowedBy: within(A.levels, 12),
  },
]
