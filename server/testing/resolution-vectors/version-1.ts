import { joinRules, levels, member, note, removal, type Scenario, topic } from './room.ts'

const all = { events: { 'm.room.topic': 0, 'example.note': 0 } }

/** What version 1 alone does. rooms/v1/#state-resolution */
export const version1Scenarios: readonly Scenario[] = [
  {
    title: 'of topics of the same depth, the one with the least SHA-1 of its ID stands',
    events: [
      topic('topic-a', 'alice', 'levels alice', 10),
      topic('topic-d', 'bob', 'levels bob', 10),
      topic('topic-f', 'carol', 'levels carol', 10),
    ],
    states: [['topic-a'], ['topic-d'], ['topic-f']],
    resolved: { '1': ['topic-d'] },
  },
  {
    title: 'of power levels of the same depth, the one with the least SHA-1 of its ID is tried last',
    events: [
      levels('levels-a', 'alice', { bob: 50, carol: 50, dave: 1 }, 'alice levels', 10, all),
      levels('levels-d', 'alice', { bob: 50, carol: 50, dave: 2 }, 'alice levels', 10, all),
      levels('levels-h', 'alice', { bob: 50, carol: 50, dave: 3 }, 'alice levels', 10, all),
    ],
    states: [['levels-a'], ['levels-d'], ['levels-h']],
    resolved: { '1': ['levels-d'] },
  },
  {
    title: 'the first power levels event that is refused ends the pass',
    events: [
      levels('demoting', 'alice', { bob: 0, carol: 50 }, 'alice levels', 10, all),
      levels('refused', 'bob', { bob: 50, carol: 50, dave: 10 }, 'bob levels', 11, all),
      levels('untried', 'alice', { bob: 0, carol: 50, dave: 20 }, 'alice levels', 12, all),
    ],
    states: [['demoting'], ['refused'], ['untried']],
    resolved: { '1': ['demoting'] },
  },
  {
    title: 'the first power levels event is taken as it is',
    events: [
      levels('baseless', 'dave', { dave: 100 }, 'dave levels', 10, all),
      levels('refused', 'bob', { bob: 50, carol: 50, dave: 10 }, 'bob levels', 11, all),
    ],
    states: [['baseless'], ['refused']],
    resolved: { '1': ['baseless'] },
  },
  {
    title: 'a topic that is refused yields to a less deep one',
    events: [
      removal('ban', 'alice', 'bob', 'ban', 'alice levels bob', 8),
      topic('shallow', 'carol', 'carol levels', 10),
      topic('deep', 'bob', 'bob levels', 20),
    ],
    states: [
      ['ban', 'shallow'],
      ['ban', 'deep'],
    ],
    resolved: { '1': ['ban', 'shallow'] },
  },
  {
    title: 'where no topic passes, there is none',
    events: [
      removal('ban', 'alice', 'bob', 'ban', 'alice levels bob', 8),
      topic('shallow', 'bob', 'bob levels', 10),
      topic('deep', 'bob', 'bob levels', 20),
    ],
    states: [
      ['ban', 'shallow'],
      ['ban', 'deep'],
    ],
    resolved: { '1': ['ban'] },
  },
  {
    title: 'power levels are settled before members, and members before the rest',
    events: [
      levels('demoting', 'alice', { bob: 0, carol: 50 }, 'alice levels', 20, all),
      removal('kick', 'bob', 'dave', 'leave', 'bob levels dave', 10),
      member('carol-left', 'carol', 'leave', 'levels carol', 11),
      topic('daves', 'dave', 'dave levels', 12),
      topic('carols', 'carol', 'carol levels', 13),
      note('note', 'dave', 'dave levels', 14),
    ],
    states: [
      ['demoting', 'daves'],
      ['kick', 'carol-left', 'carols', 'note'],
    ],
    resolved: { '1': ['demoting', 'carol-left', 'daves', 'note'] },
  },
  {
    title: 'the first join rules that are refused end their pass',
    events: [
      joinRules('closed', 'alice', 'invite', 'alice levels', 10),
      joinRules('refused', 'dave', 'public', 'dave levels', 11),
      joinRules('untried', 'alice', 'knock', 'alice levels', 12),
    ],
    states: [['closed'], ['refused'], ['untried']],
    resolved: { '1': ['closed'] },
  },
  {
    title: 'a kick is judged by the power levels that were settled before',
    events: [
      levels('changed', 'alice', { bob: 50, carol: 0 }, 'alice levels', 10, all),
      removal('kick', 'bob', 'dave', 'leave', 'bob levels dave', 20),
    ],
    states: [['changed'], ['kick']],
    resolved: { '1': ['changed', 'kick'] },
  },
  {
    title: 'a join is judged by the join rules that were settled before',
    events: [
      joinRules('public-again', 'alice', 'public', 'alice levels', 30),
      member('left', 'dave', 'leave', 'levels dave', 10),
      member('back', 'dave', 'join', 'levels public left', 20),
    ],
    states: [['public-again', 'left'], ['back']],
    resolved: { '1': ['public-again', 'back'] },
  },
]
