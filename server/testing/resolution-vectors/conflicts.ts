import { joinRules, levels, member, note, removal, type Scenario, stateEvent, topic } from './room.ts'

const all = { events: { 'm.room.topic': 0, 'example.note': 0 } }

/** What is in conflict, and by what it is judged. */
export const conflictScenarios: readonly Scenario[] = [
  {
    title: 'a join under rules that another branch had closed is refused',
    events: [joinRules('invite', 'alice', 'invite', 'alice levels', 20), member('erin', 'erin', 'join', 'levels public', 10)],
    states: [['invite'], ['erin']],
    resolved: { '1': ['invite', 'erin'], '2-12': ['invite'] },
  },
  {
    title: 'a join under rules that another branch had opened is allowed',
    events: [
      joinRules('invite', 'alice', 'invite', 'alice levels', 10),
      joinRules('reopened', 'alice', 'public', 'alice levels', 20),
      member('erin', 'erin', 'join', 'levels reopened', 30),
    ],
    states: [['invite'], ['reopened', 'erin']],
    resolved: { '2-12': ['reopened', 'erin'] },
  },
  {
    title: 'who was kicked from a closed room does not come back by a change of their name',
    events: [
      joinRules('invite', 'alice', 'invite', 'alice levels', 8),
      removal('kick', 'bob', 'dave', 'leave', 'bob levels dave', 20),
      member('renamed', 'dave', 'join', 'levels invite dave', 30, { displayname: 'Dave' }),
    ],
    states: [
      ['invite', 'kick'],
      ['invite', 'renamed'],
    ],
    resolved: { '2-12': ['invite', 'kick'] },
  },
  {
    title: 'who was kicked from a public room comes back by a change of their name',
    events: [
      removal('kick', 'bob', 'dave', 'leave', 'bob levels dave', 20),
      member('renamed', 'dave', 'join', 'levels public dave', 10, { displayname: 'Dave' }),
    ],
    states: [['kick'], ['renamed']],
    resolved: { '2-12': ['renamed'] },
  },
  {
    title: 'a key that one state lacks is in conflict: its event is judged by the unconflicted state, or (12) by what it cites',
    events: [topic('topic', 'bob', 'bob levels', 10), removal('ban', 'alice', 'bob', 'ban', 'alice levels bob', 20)],
    states: [['ban', 'topic'], ['ban']],
    resolved: { '1': ['ban', 'topic'], '2-11': ['ban'], '12': ['ban', 'topic'] },
  },
  {
    title: 'a key that all states but one have alike is in conflict; what cites a join that is refused here still has it to cite',
    events: [
      joinRules('invite', 'alice', 'invite', 'alice levels', 8),
      member('erin', 'erin', 'join', 'levels public', 7),
      note('note', 'erin', 'levels erin', 20),
    ],
    states: [['erin', 'note', 'invite'], ['erin', 'invite'], ['erin', 'note'], ['invite']],
    resolved: { '1': ['erin', 'note', 'invite'], '2-12': ['note', 'invite'] },
  },
  {
    title: 'what led to a power levels event takes part, though no state has it',
    events: [
      levels('daves', 'alice', { bob: 50, carol: 50, dave: 50 }, 'alice levels', 10, all),
      levels('erins', 'dave', { bob: 50, carol: 50, dave: 50, erin: 50 }, 'dave daves', 20, all),
    ],
    states: [[], ['erins']],
    resolved: { '1': [], '2-12': ['erins'] },
  },
  {
    title: 'who left, came back and left again has left',
    events: [
      member('left', 'dave', 'leave', 'levels dave', 10),
      member('back', 'dave', 'join', 'levels public left', 20),
      member('left-again', 'dave', 'leave', 'levels back', 30),
    ],
    states: [['left'], ['left-again']],
    resolved: { '1': ['left'], '2-12': ['left-again'] },
  },
  {
    title: 'what the auth difference brings does not replace what all states have',
    events: [
      member('renamed', 'bob', 'join', 'levels public bob', 10, { displayname: 'Bob' }),
      member('renamed-elsewhere', 'bob', 'join', 'levels public bob', 20, { displayname: 'Bobby' }),
      topic('topic', 'bob', 'levels renamed-elsewhere', 30),
    ],
    states: [['renamed', 'topic'], ['renamed']],
    resolved: { '2-12': ['renamed', 'topic'] },
  },
  {
    title: 'what the auth difference brings for a key that no state has stands there',
    events: [member('erin', 'erin', 'join', 'levels public', 10), note('note', 'erin', 'levels erin', 20)],
    states: [['note'], []],
    resolved: { '1': ['note'], '2-12': ['erin', 'note'] },
  },
  {
    title: 'the auth difference counts the chains of what all states have, too',
    events: [
      levels('reset', 'alice', { bob: 50, carol: 50, dave: 40 }, 'alice levels', 10, all),
      levels('newer', 'alice', { bob: 50, carol: 50, dave: 30 }, 'alice reset', 20, all),
      note('note', 'bob', 'bob newer', 30),
      topic('topic', 'dave', 'dave levels', 40),
    ],
    states: [['note', 'topic'], ['note']],
    resolved: { '2-12': ['note', 'topic'] },
  },
  {
    title: 'where the state has no event, the one that the event cites counts',
    events: [note('note', 'dave', 'dave levels', 20), topic('topic', 'dave', 'dave levels', 30)],
    states: [
      ['-dave', 'note', 'topic'],
      ['-dave', 'note'],
    ],
    resolved: { '2-12': ['-dave', 'note', 'topic'] },
  },
  {
    title: 'where the state has no event, the one that the event cites does not count if it was rejected',
    events: [note('note', 'dave', 'dave levels', 20), topic('topic', 'dave', 'dave levels', 30)],
    states: [
      ['-dave', 'note', 'topic'],
      ['-dave', 'note'],
    ],
    rejected: ['dave'],
    resolved: { '2-12': ['-dave', 'note'] },
  },
  {
    title: 'a rejected event takes part as any other',
    events: [topic('older', 'alice', 'alice levels', 10), topic('younger', 'bob', 'bob levels', 20)],
    states: [['older'], ['younger']],
    rejected: ['younger'],
    resolved: { '2-12': ['younger'] },
  },
  {
    title: 'a join that a member vouches for is refused where another branch had banned that member',
    events: [
      joinRules('restricted', 'alice', 'restricted', 'alice levels', 8, { allow: [] }),
      removal('ban', 'alice', 'bob', 'ban', 'alice levels bob', 30),
      member('erin', 'erin', 'join', 'levels restricted bob', 20, { join_authorised_via_users_server: '@bob:b.example' }),
      member('frank', 'frank', 'join', 'levels restricted carol', 20, { join_authorised_via_users_server: '@carol:b.example' }),
    ],
    states: [
      ['restricted', 'ban'],
      ['restricted', 'erin', 'frank'],
    ],
    resolved: { '8-12': ['restricted', 'ban', 'frank'] },
  },
  {
    title: 'a second create event of the same server is as good as the first, and goes by its age',
    events: [{ ...stateEvent('create-again', ['m.room.create', ''], 'alice', {}, '', 40), prev_events: [] }],
    states: [[], ['create-again', '-alice', '-levels', '-public', '-bob', '-carol', '-dave']],
    resolved: { '2-11': ['create-again'] },
  },
  {
    title: 'a second create event of another server is refused',
    events: [{ ...stateEvent('create-again', ['m.room.create', ''], 'bob', {}, '', 40), prev_events: [] }],
    states: [[], ['create-again', '-alice', '-levels', '-public', '-bob', '-carol', '-dave']],
    resolved: { '2-11': [] },
  },
  {
    title: 'the chain of a power event is followed through what is not in conflict',
    events: [
      member('carol-2', 'carol', 'join', 'levels public carol', 10, { displayname: 'Carol' }),
      member('carol-3', 'carol', 'join', 'levels public carol-2', 5, { displayname: 'Caroline' }),
      note('note', 'carol', 'levels carol-2', 20),
      levels('carols', 'carol', { bob: 50, carol: 50, dave: 10 }, 'carol-2 levels', 30, all),
    ],
    states: [['note'], ['note', 'carol-3', 'carols']],
    resolved: { '2-12': ['note', 'carol-3', 'carols'] },
  },
]
