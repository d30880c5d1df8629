import { levels, member, note, removal, type Scenario, topic } from './room.ts'

const all = { events: { 'm.room.topic': 0, 'example.note': 0 } }

/** Which of several events is judged first, and so which of them stands at the end. */
export const orderScenarios: readonly Scenario[] = [
  {
    title: 'states that agree are their own resolution',
    events: [topic('topic', 'bob', 'levels bob', 10)],
    states: [['topic'], ['topic'], ['topic']],
    resolved: { '1-12': ['topic'] },
  },
  {
    title: 'of two topics, the younger stands, not the deeper',
    events: [topic('younger', 'alice', 'levels alice', { ts: 20, depth: 10 }), topic('deeper', 'bob', 'levels bob', { ts: 10, depth: 20 })],
    states: [['younger'], ['deeper']],
    resolved: { '1': ['deeper'], '2-12': ['younger'] },
  },
  {
    title: 'of two topics of the same age, the one with the greater ID stands',
    events: [topic('topic-a', 'alice', 'levels alice', { ts: 10, depth: 11 }), topic('topic-b', 'bob', 'levels bob', 10)],
    states: [['topic-a'], ['topic-b']],
    resolved: { '2-12': ['topic-b'] },
  },
  {
    title: 'an ID beyond the basic plane is greater than one at its end',
    events: [topic('\u{1f600}', 'alice', 'levels alice', 10), topic('\uffe6', 'bob', 'levels bob', 10)],
    states: [['\u{1f600}'], ['\uffe6']],
    resolved: { '2': ['\u{1f600}'] },
  },
  {
    title: 'a topic that cites older power levels yields to one that cites newer ones, whatever their ages',
    events: [
      levels('promoting', 'alice', { bob: 50, carol: 50, dave: 10 }, 'alice levels', 10, all),
      topic('before', 'bob', 'levels bob', 30),
      topic('after', 'bob', 'promoting bob', 20),
    ],
    states: [['before'], ['promoting', 'after']],
    resolved: { '2-12': ['promoting', 'after'] },
  },
  {
    title: 'where no power levels are in conflict, version 12 has no mainline, and age decides',
    events: [
      levels('promoting', 'alice', { bob: 50, carol: 50, dave: 10 }, 'alice levels', 10, all),
      note('note', 'bob', 'promoting bob', 15),
      topic('before', 'bob', 'levels bob', 30),
      topic('after', 'bob', 'promoting bob', 20),
    ],
    states: [
      ['promoting', 'note', 'before'],
      ['promoting', 'note', 'after'],
    ],
    resolved: { '2-11': ['promoting', 'note', 'after'], '12': ['promoting', 'note', 'before'] },
  },
  {
    title: 'an event without a way to the mainline goes first',
    events: [topic('adrift', 'alice', 'alice', 30), topic('anchored', 'bob', 'levels bob', 20)],
    states: [['adrift'], ['anchored']],
    resolved: { '2-11': ['anchored'], '12': ['adrift'] },
  },
  {
    title: 'power levels beside the mainline count as those that they come from',
    events: [
      levels('main', 'alice', { bob: 50, carol: 0 }, 'alice levels', 10, all),
      levels('beside', 'carol', { bob: 50, carol: 50, dave: 50 }, 'carol levels', 11, all),
      topic('on-main', 'bob', 'main bob', 20),
      topic('on-beside', 'bob', 'beside bob', 30),
      topic('on-first', 'bob', 'levels bob', 40),
    ],
    states: [['main', 'on-main'], ['beside', 'on-beside'], ['on-first']],
    resolved: { '2-12': ['main', 'on-main'] },
  },
  {
    title: 'among equals on the mainline, what cites power levels beside it is no younger for that',
    events: [
      levels('main', 'alice', { bob: 50, carol: 0 }, 'alice levels', 10, all),
      levels('beside', 'carol', { bob: 50, carol: 50, dave: 50 }, 'carol levels', 11, all),
      topic('on-beside', 'bob', 'beside bob', 30),
      topic('on-first', 'bob', 'levels bob', 40),
    ],
    states: [['main'], ['beside', 'on-beside'], ['on-first']],
    resolved: { '2-12': ['main', 'on-first'] },
  },
  {
    title: 'the sender with more power goes first, so that the other’s younger change meets it',
    events: [
      levels('demoting', 'alice', { bob: 0, carol: 50 }, 'alice levels', 20, all),
      levels('promoting', 'bob', { bob: 50, carol: 50, dave: 50 }, 'bob levels', 10, all),
    ],
    states: [['demoting'], ['promoting']],
    resolved: { '2-12': ['demoting'] },
  },
  {
    title: 'the sender with more power goes first, so that the other’s older change stands where it is allowed',
    events: [
      levels('mightier', 'alice', { bob: 50, carol: 50, dave: 10 }, 'alice levels', { ts: 20, depth: 9 }, all),
      levels('older', 'bob', { bob: 50, carol: 50, dave: 20 }, 'bob levels', 10, all),
    ],
    states: [['mightier'], ['older']],
    resolved: { '1-12': ['older'] },
  },
  {
    title: 'creators outrank everybody with a number',
    events: [
      levels('crowning', 'alice', { bob: 50, carol: 9007199254740991 }, 'alice levels', 8, all),
      levels('creator', 'alice', { bob: 60, carol: 9007199254740991 }, 'alice crowning', 20, all),
      levels('number', 'carol', { bob: 70, carol: 9007199254740991 }, 'carol crowning', 10, all),
    ],
    states: [['creator'], ['number']],
    resolved: { '12': ['number'] },
  },
  {
    title: 'power is that which the event itself cites, not that of the states',
    events: [
      levels('promoting', 'alice', { bob: 50, carol: 90 }, 'alice levels', 8, all),
      levels('carols', 'carol', { bob: 50, carol: 90, dave: 10 }, 'carol promoting', 20, all),
      levels('bobs', 'bob', { bob: 50, carol: 90, dave: 20 }, 'bob promoting', 10, all),
    ],
    states: [['carols'], ['bobs']],
    resolved: { '2-12': ['bobs'] },
  },
  {
    title: 'of equal power, the older goes first, so that the younger stands',
    events: [
      levels('younger', 'bob', { bob: 50, carol: 50, dave: 10 }, 'bob levels', { ts: 20, depth: 10 }, all),
      levels('older', 'carol', { bob: 50, carol: 50, dave: 20 }, 'carol levels', { ts: 10, depth: 20 }, all),
    ],
    states: [['younger'], ['older']],
    resolved: { '1': ['older'], '2-12': ['younger'] },
  },
  {
    title: 'of equal power and age, the lesser ID goes first',
    events: [
      levels('levels-b', 'bob', { bob: 50, carol: 50, dave: 10 }, 'bob levels', 10, all),
      levels('levels-a', 'carol', { bob: 50, carol: 50, dave: 20 }, 'carol levels', 10, all),
    ],
    states: [['levels-b'], ['levels-a']],
    resolved: { '2-12': ['levels-b'] },
  },
  {
    title: 'what an event cites goes before it, whatever its age and power',
    events: [
      levels('first', 'bob', { bob: 50, carol: 50, dave: 10 }, 'bob levels', 30, all),
      levels('second', 'alice', { bob: 50, carol: 50, dave: 20 }, 'alice first', 10, all),
    ],
    states: [['first'], ['second']],
    resolved: { '2-12': ['second'] },
  },
  {
    title: 'after each event the smallest of all that are free is chosen anew',
    events: [
      levels('a', 'alice', { bob: 50, carol: 50, dave: 10 }, 'alice levels', 10, all),
      levels('b', 'alice', { bob: 50, carol: 50, dave: 20 }, 'alice a', 20, all),
      levels('c', 'alice', { bob: 50, carol: 50, dave: 30 }, 'alice b', 30, all),
      levels('d', 'alice', { bob: 50, carol: 50, dave: 40 }, 'alice a', 40, all),
    ],
    states: [['c'], ['d']],
    resolved: { '2-12': ['d'] },
  },
  {
    title: 'a ban goes before what the banned did elsewhere, whatever their ages',
    events: [removal('ban', 'alice', 'bob', 'ban', 'alice levels bob', 20), topic('topic', 'bob', 'bob levels', 10)],
    states: [['ban'], ['topic']],
    resolved: { '1': ['ban', 'topic'], '2-12': ['ban'] },
  },
  {
    title: 'a kick goes before what the kicked did elsewhere, whatever their ages',
    events: [removal('kick', 'alice', 'bob', 'leave', 'alice levels bob', 20), topic('topic', 'bob', 'bob levels', 10)],
    states: [['kick'], ['topic']],
    resolved: { '2-12': ['kick'] },
  },
  {
    title: 'one’s own leave is no power event: what one did before it stands',
    events: [member('leaving', 'bob', 'leave', 'levels bob', 20), topic('topic', 'bob', 'bob levels', 10)],
    states: [['leaving'], ['topic']],
    resolved: { '2-12': ['leaving', 'topic'] },
  },
  {
    title: 'one’s own leave goes by its age: what one did after it does not stand',
    events: [
      member('leaving', 'bob', 'leave', 'levels bob', 10),
      topic('topic', 'bob', 'bob levels', 20),
      note('note', 'bob', 'bob levels', 5),
    ],
    states: [['leaving'], ['topic', 'note']],
    resolved: { '2-12': ['leaving', 'note'] },
  },
]
