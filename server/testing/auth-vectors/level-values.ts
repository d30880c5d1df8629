import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, levels, message, setLevels, state, users, within, withLevels } from './room.ts'

/** A number as it stands in JSON, where JavaScript would write it otherwise or not at all. */
const raw = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
const set = (changes: Parameters<typeof levels>[0]) => setLevels('mod', levels(changes))
const junior = (level: unknown) => set(users({ [id('junior')]: level }))
const first = (content: Parameters<typeof levels>[0]): Pick<Case, 'without' | 'event'> => ({
  without: [['m.room.power_levels', '']],
  event: setLevels('alice', content ?? {}),
})
const top = { rejectedBy: { ...R.levelFormat, ...R.topIntegers } }
const maps = { rejectedBy: { ...R.levelFormat, ...R.mapIntegers } }
const text9 = { rejectedBy: within(R.users, 10), allowedBy: within(A.levels, 1, 9) }
const float5 = { rejectedBy: within(R.users, 6), allowedBy: within(A.levels, 1, 5) }
const named = (text: string): string => JSON.stringify(text)

const goodTexts = ['10', '00010', '+10', '-10', ' 10', '10 ', '\t 10\n', ' 00010 ', ' +10 ', ' -10 ', '\u00a010', '0'.repeat(400)]
const badTexts = [
  '',
  ' ',
  '+',
  '1 0',
  '+ 10',
  '+-10',
  '--1',
  '10.0',
  '1e1',
  '0x10',
  '1_0',
  '١٠',
  'ten',
  'NaN',
  'Infinity',
  '10;',
  '9'.repeat(400),
]

/** How levels may be written: integers, texts (up to version 9), fractions (up to version 5). */
export const levelValueCases: readonly Case[] = [
  ...['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'].flatMap((name): Case[] => [
    { title: `${name} as a text of digits`, event: set({ [name]: '7' }), rejectedBy: R.topIntegers, allowedBy: within(A.levels, 1, 9) },
    { title: `${name} as a text of something else`, event: set({ [name]: 'seven' }), ...top },
  ]),
  ...[null, true, [], {}, [50]].map(
    (value): Case => ({ title: `a level that is ${JSON.stringify(value)}`, event: set({ ban: value }), ...top }),
  ),
  { title: 'levels that were never levels', event: set({ x_level: 'high' }), allowedBy: A.levels },
  { title: 'first levels are as strict', ...first({ ban: 'high' }), ...top },
  ...[null, [], 'x', 7].map(
    (value): Case => ({ title: `events that are ${JSON.stringify(value)}`, event: set({ events: value }), ...maps }),
  ),
  {
    title: 'events with a text of digits',
    event: set({ events: { 'x.high': '75' } }),
    rejectedBy: R.mapIntegers,
    allowedBy: within(A.levels, 1, 9),
  },
  { title: 'events with a text of something else', event: set({ events: { 'x.high': 75, x: 'high' } }), ...maps },
  ...[null, [], 'x'].map(
    (value): Case => ({
      title: `notifications that are ${JSON.stringify(value)}`,
      event: set({ notifications: value }),
      rejectedBy: { ...within(R.levelFormat, 6), ...R.mapIntegers },
      allowedBy: within(A.levels, 1, 5),
    }),
  ),
  {
    title: 'notifications with a text of digits',
    event: set({ notifications: { room: '60', low: 5 } }),
    rejectedBy: R.mapIntegers,
    allowedBy: within(A.levels, 1, 9),
  },
  {
    title: 'notifications with a text of something else',
    event: set({ notifications: { room: 60, low: 5, x: 'high' } }),
    rejectedBy: { ...within(R.levelFormat, 6), ...R.mapIntegers },
  },
  ...[null, [], 'x', 7].map(
    (value): Case => ({ title: `users that are ${JSON.stringify(value)}`, event: set({ users: value }), rejectedBy: R.users }),
  ),
  ...['mod', '@mod', '@mod:', 'mod:a.example', `@${'a'.repeat(250)}:a.example`, '', '__proto__'].map(
    (key): Case => ({
      title: `users with the key ${named(key.slice(0, 20))}, which is no user ID`,
      event: set(users({ [key]: 0 })),
      rejectedBy: R.users,
    }),
  ),
  ...['@:a.example', '@Mod/ü:a.example:8448', '@m:[::1]'].map(
    (key): Case => ({
      title: `users with the key ${named(key)}, which is a user ID of old`,
      event: set(users({ [key]: 0 })),
      allowedBy: A.levels,
    }),
  ),
  ...[null, true, [], {}].map(
    (value): Case => ({ title: `a user with the level ${JSON.stringify(value)}`, event: junior(value), rejectedBy: R.users }),
  ),
  ...goodTexts.map((text): Case => ({ title: `a user with the level ${named(text.slice(0, 20))}`, event: junior(text), ...text9 })),
  ...badTexts.map(
    (text): Case => ({
      title: `a user with the level ${named(text.slice(0, 20))}, which is none`,
      event: junior(text),
      rejectedBy: R.users,
    }),
  ),
  { title: 'the largest integer', ...first({ ban: 9007199254740991 }), allowedBy: A.firstLevels },
  { title: 'the smallest integer', ...first({ ban: -9007199254740991 }), allowedBy: A.firstLevels },
  {
    title: 'an integer beyond the largest',
    ...first({ ban: raw('9007199254740992') }),
    rejectedBy: { ...within(R.levelFormat, 6), ...R.topIntegers },
    allowedBy: within(A.firstLevels, 1, 5),
  },
  {
    title: 'the largest integer as a text',
    ...first({ ban: '9007199254740991' }),
    rejectedBy: R.topIntegers,
    allowedBy: within(A.firstLevels, 1, 9),
  },
  {
    title: 'an integer beyond the largest as a text',
    ...first({ ban: '9007199254740992' }),
    rejectedBy: { ...within(R.levelFormat, 6), ...R.topIntegers },
    allowedBy: within(A.firstLevels, 1, 5),
  },

  { title: 'a level with a fraction', event: junior(raw('10.57')), ...float5 },
  {
    title: 'a level with an exponent and a fraction',
    ...first({ ban: raw('5.114698E4') }),
    rejectedBy: { ...within(R.levelFormat, 6), ...R.topIntegers },
    allowedBy: within(A.firstLevels, 1, 5),
  },
  {
    title: 'a level near the end of binary64',
    ...first({ ban: raw('1e308') }),
    rejectedBy: { ...within(R.levelFormat, 6), ...R.topIntegers },
    allowedBy: within(A.firstLevels, 1, 5),
  },
  { title: 'a level beyond binary64', ...first({ ban: raw('1e400') }), ...top },
  { title: 'a level of a type beyond binary64', ...first({ events: { x: raw('1e400') } }), ...maps },
  { title: 'a level of a user beyond binary64, below zero', ...first({ users: { [id('mod')]: raw('-1e400') } }), rejectedBy: R.users },
  {
    title: 'a fraction does not lift a level',
    state: [withLevels(levels(users({ [id('mod')]: raw('49.99') })))],
    event: state('mod', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 1, 5),
  },
  {
    title: 'a fraction does not raise what a level must reach',
    state: [withLevels(levels({ state_default: raw('50.99') }))],
    event: state('mod', 'm.room.name'),
    allowedBy: within(A.otherwise, 1, 5),
  },
  {
    title: 'a fraction below zero is cut, not rounded down',
    state: [withLevels(levels({ users_default: raw('-0.5') }))],
    event: message('member'),
    allowedBy: within(A.otherwise, 1, 5),
  },
  {
    title: 'an exponent counts',
    state: [withLevels(levels(users({ [id('mod')]: raw('0.5e2') })))],
    event: state('mod', 'm.room.name'),
    allowedBy: within(A.otherwise, 1, 5),
  },
  {
    title: 'a fraction changes no level',
    state: [withLevels(levels({ ban: raw('60.5') }))],
    event: set({ ban: 60 }),
    allowedBy: within(A.levels, 1, 5),
  },
  {
    title: 'a level in a text counts as the number',
    state: [withLevels(levels(users({ [id('mod')]: ' +0050 ' })))],
    event: state('mod', 'm.room.name'),
    allowedBy: within(A.otherwise, 1, 9),
  },
  {
    title: 'a lower level in a text counts as the number',
    state: [withLevels(levels(users({ [id('mod')]: '049' })))],
    event: state('mod', 'm.room.name'),
    rejectedBy: within(R.requiredLevel, 1, 9),
  },
  {
    title: 'a default in a text counts as the number',
    state: [withLevels(levels({ events_default: '1' }))],
    event: message('member'),
    rejectedBy: within(R.requiredLevel, 1, 9),
  },
  {
    title: 'a level of a type in a text counts as the number',
    state: [withLevels(levels({ events: { 'm.room.message': '-1' }, events_default: 9 }))],
    event: message('member'),
    allowedBy: within(A.otherwise, 1, 9),
  },
  {
    title: 'writing a level otherwise is no change',
    state: [withLevels(levels({ ban: 60 }))],
    event: set({ ban: ' +060 ' }),
    allowedBy: within(A.levels, 1, 9),
  },
  { title: 'raising a level above the own, in a text', event: set({ ban: '51' }), rejectedBy: within(R.topNew, 1, 9) },
  { title: 'promoting somebody above the own level, in a text', event: junior('51'), rejectedBy: within(R.userNew, 1, 9) },
]
