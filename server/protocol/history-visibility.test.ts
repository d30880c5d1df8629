import test from 'ava'
import { canSee, readHistoryVisibility } from './history-visibility.ts'

// The text of client-server-api/#server-behaviour-5, as a table: whether an event is seen by what it found the user to be, and with `+`, by
// who has joined at some time after it. Every membership there is, and `none`: nothing was ever said of the user.
const memberships = ['none', 'leave', 'invite', 'knock', 'join', 'ban'] as const
const visibilities = ['world_readable', 'shared', 'invited', 'joined', 'missing', 'malformed'] as const
type Membership = (typeof memberships)[number]
type Visibility = (typeof visibilities)[number]

const table: Record<Visibility, string> = {
  //               none  leave invite knock join  ban     and joined since
  world_readable: 'yes   yes   yes    yes   yes   yes   + yes   yes   yes    yes   yes   yes', // rule 1
  shared: '         no    no    no     no    yes   no    + yes   yes   yes    yes   yes   yes', // rules 2 and 3
  invited: '        no    no    yes    no    yes   no    + no    no    yes    no    yes   no', // rules 2 and 4
  joined: '         no    no    no     no    yes   no    + no    no    no     no    yes   no', // rule 2
  missing: '        no    no    no     no    yes   no    + yes   yes   yes    yes   yes   yes', // as shared
  malformed: '      no    no    no     no    yes   no    + yes   yes   yes    yes   yes   yes', // as shared
}
const byTable = (visibility: Visibility, membership: Membership, joinedSince: boolean): boolean => {
  const half = table[visibility].split('+')[joinedSince ? 1 : 0] as string
  return half.trim().split(/\s+/)[memberships.indexOf(membership)] === 'yes'
}

/** What may stand for each visibility in `content.history_visibility`. */
const values: Record<Visibility, readonly unknown[]> = {
  world_readable: ['world_readable'],
  shared: ['shared'],
  invited: ['invited'],
  joined: ['joined'],
  missing: [undefined],
  malformed: [null, 'x', '', 1, true, ['joined'], { joined: true }, 'Joined', 'toString', '__proto__'],
}
const readings = (visibility: Visibility) => values[visibility].map(readHistoryVisibility)
const known = (membership: Membership): string => (membership === 'none' ? 'leave' : membership)

for (const visibility of visibilities) {
  for (const membership of memberships) {
    for (const joinedSince of [false, true]) {
      const allowed = byTable(visibility, membership, joinedSince)
      test(`${visibility}, ${membership}${joinedSince ? ', joined since' : ''}: ${allowed ? 'seen' : 'hidden'}`, (t) => {
        for (const reading of readings(visibility))
          t.is(canSee({ visibility: reading, membership: known(membership), joinedSince }), allowed)
      })
      test(`a change from ${visibility} for ${membership}${joinedSince ? ', joined since' : ''}: seen from either side`, (t) => {
        for (const after of visibilities) {
          for (const [reading, readingAfter] of readings(visibility).flatMap((one) =>
            readings(after).map((other) => [one, other] as const),
          ))
            t.is(
              canSee({ visibility: reading, visibilityAfter: readingAfter, membership: known(membership), joinedSince }),
              allowed || byTable(after, membership, joinedSince),
              after,
            )
        }
      })
      test(`one's own change from ${membership}${joinedSince ? ', joined since' : ''}, ${visibility}: seen from either side`, (t) => {
        for (const after of memberships) {
          for (const reading of readings(visibility))
            t.is(
              canSee({ visibility: reading, membership: known(membership), membershipAfter: known(after), joinedSince }),
              allowed || byTable(visibility, after, joinedSince),
              after,
            )
        }
      })
    }
  }
}

/**
 * Stories, one event after the other: `m` is somebody's message, `i j k l b` are the user's own memberships, `W S I J` set the visibility, and
 * `?` sets it to what nobody understands. Below each: `x` where the user sees it at the end, `.` where not.
 * What nothing was said about is shared, so that the first change is seen by who joins later.
 */
const stories: [title: string, events: string, seen: string][] = [
  ['shared from the beginning, read by who joins last', 'mSmmjm', 'xxxxxx'],
  ['shared, never joined', 'mSmm', '....'],
  ['shared, invited only', 'Smim', '....'],
  ['shared, knocked only', 'Smkm', '....'],
  ['shared, left: nothing after it', 'Smjmlmm', 'xxxxx..'],
  ['shared, left and joined again: everything', 'Smjmlmjm', 'xxxxxxxx'],
  ['shared, banned: nothing after it', 'Smjmbmm', 'xxxxx..'],
  ['shared, banned and let back in', 'Smjmbmljm', 'xxxxxxxxx'],
  ['joined: from the join on, which is seen', 'Jmjmm', 'x.xxx'],
  ['joined: up to the leave, which is seen', 'Jmjmlm', 'x.xxx.'],
  ['joined: up to the ban, which is seen', 'Jmjmbm', 'x.xxx.'],
  ['joined: nothing between leave and return', 'Jmjmlmmjm', 'x.xxx..xx'],
  ['joined: an invite shows nothing, itself included', 'Jmimjm', 'x...xx'],
  ['joined: a declined invite shows nothing', 'Jmiml', '.....'],
  ['joined: a knock shows nothing', 'Jmkmimjm', 'x.....xx'],
  ['invited: from the invite on, which is seen', 'Imimm', '..xxx'],
  ['invited: an invite that is turned down shows up to that', 'Imimlm', '..xxx.'],
  ['invited: an invite that is taken back by a ban', 'Imimbm', '..xxx.'],
  ['invited: from the invite on for who joins', 'Imimjm', 'x.xxxx'],
  ['invited: an earlier invite that was turned down', 'Imimlmimjm', 'x.xxx.xxxx'],
  ['invited: a knock shows nothing before its invite', 'Imkmimjm', 'x...xxxx'],
  ['invited: joined, left, and invited again', 'Imjmlmim', 'x.xxx.xx'],
  ['world-readable: everything, for strangers', 'Wmm', 'xxx'],
  ['world-readable: everything, for the banned', 'Wmbm', 'xxxx'],
  ['no longer world-readable: what was, and the change', 'WmJmm', 'xxx..'],
  ['world-readable later: from the change on, which is seen', 'JmmWm', '...xx'],
  ['hidden, shown, hidden', 'JmWmJm', '..xxx.'],
  ['a change from joined to shared is seen by who joins later, what was before it is not', 'JmSmjm', 'x.xxxx'],
  ['a change from shared to joined is seen by who joins later, what is after it is not', 'SmJmjm', 'xxx.xx'],
  ['a change from joined to invited, before one is invited', 'JmImim', '....xx'],
  ['a change from invited to joined, while one is invited', 'ImimJm', '..xxx.'],
  ['a change from joined to invited, while one is invited', 'JmimIm', '....xx'],
  ['a change to what nobody understands counts as shared', 'Jm?mjm', 'x.xxxx'],
  ['changes while one is away', 'SjlSmJmSmj', 'xxxxxx.xxx'],
  ['changes after one has gone for good', 'SjlSmJmSm', 'xxx......'],
  ['changes after one has gone for good, made world-readable', 'SjlmWmJ', 'xxx.xxx'],
]

const visibilityOf: Record<string, unknown> = { W: 'world_readable', S: 'shared', I: 'invited', J: 'joined', '?': 'x' }
const membershipNames: Record<string, string> = { i: 'invite', j: 'join', k: 'knock', l: 'leave', b: 'ban' }

for (const [title, events, seen] of stories)
  test(`a story: ${title}`, (t) => {
    const signs = [...events]
    const last = (before: readonly string[], names: Record<string, unknown>) => before.findLast((sign) => sign in names)
    const at = (index: number) => ({
      visibility: readHistoryVisibility(visibilityOf[last(signs.slice(0, index), visibilityOf) ?? '']),
      membership: membershipNames[last(signs.slice(0, index), membershipNames) ?? 'l'] as string,
    })
    const found = signs.map((sign, index) =>
      canSee({
        ...at(index),
        ...(sign in visibilityOf && { visibilityAfter: at(index + 1).visibility }),
        ...(sign in membershipNames && { membershipAfter: at(index + 1).membership }),
        joinedSince: signs.slice(index + 1).includes('j'),
      }),
    )
    t.is(found.map((one) => (one ? 'x' : '.')).join(''), seen, events)
  })

test('what is not understood counts as shared', (t) => {
  for (const value of [...values.missing, ...values.malformed, 'shared']) t.is(readHistoryVisibility(value), 'shared')
})

test('memberships that nobody knows show nothing', (t) => {
  for (const membership of ['', 'JOIN', 'joined', 'toString', 'leave '])
    t.false(canSee({ visibility: 'joined', membership, membershipAfter: membership, joinedSince: true }))
})
