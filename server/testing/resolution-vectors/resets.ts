import { joinRules, levels, member, type Scenario } from './room.ts'

const all = { events: { 'm.room.topic': 0, 'example.note': 0 } }

/** States that versions 2 to 11 set back, and version 12 does not. MSC4297 */
export const resetScenarios: readonly Scenario[] = [
  {
    title: 'join rules of a member who has left, against older ones that a faulty server claims (MSC4297, problem A)',
    events: [
      joinRules('invite', 'alice', 'invite', 'alice levels', 10),
      member('alice-left', 'alice', 'leave', 'alice levels', 11),
      member('bob-renamed', 'bob', 'join', 'levels invite bob', 12, { displayname: 'Bob' }),
      member('carol-renamed', 'carol', 'join', 'levels invite carol', 13, { displayname: 'Carol' }),
    ],
    states: [
      ['alice-left', 'invite', 'bob-renamed'],
      ['alice-left', 'carol-renamed'],
    ],
    resolved: {
      '2-11': ['alice-left', '-public', 'bob-renamed', 'carol-renamed'],
      '12': ['alice-left', 'invite', 'bob-renamed', 'carol-renamed'],
    },
  },
  {
    title: 'power levels that build on others, against older ones that a faulty server claims (MSC4297, problem B)',
    events: [
      levels('daves', 'alice', { bob: 50, carol: 50, dave: 50 }, 'alice levels', 10, all),
      levels('erins', 'dave', { bob: 50, carol: 50, dave: 50, erin: 50 }, 'dave daves', 11, all),
      member('frank', 'frank', 'join', 'erins public', 12),
      member('grace', 'grace', 'join', 'erins public', 13),
      member('frank-renamed', 'frank', 'join', 'erins public frank', 14, { displayname: 'Frank' }),
    ],
    states: [['erins', 'grace'], ['frank-renamed']],
    resolved: { '2-11': ['grace', 'frank-renamed'], '12': ['erins', 'grace', 'frank-renamed'] },
  },
  {
    title: 'a ban by a moderator who has left since, against a state in which the banned is still there',
    events: [
      { ...member('ban', 'dave', 'ban', 'bob levels dave', 10), sender: '@bob:b.example' },
      member('bob-left', 'bob', 'leave', 'bob levels', 11),
      member('carol-renamed', 'carol', 'join', 'levels public carol', 12, { displayname: 'Carol' }),
    ],
    states: [
      ['ban', 'bob-left'],
      ['bob-left', 'carol-renamed'],
    ],
    resolved: { '2-11': ['bob-left', 'carol-renamed'], '12': ['ban', 'bob-left', 'carol-renamed'] },
  },
]
