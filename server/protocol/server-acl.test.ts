import test from 'ava'
import type { JsonObject } from './event.ts'
import { compileServerAcl, serverAclIn } from './server-acl.ts'
import { lookupIn } from './state-map.ts'
import { testEvent } from './test-event.ts'
import { readsIn } from './test-steps.ts'

const allows = (content: JsonObject, serverName: string): boolean => compileServerAcl(content).allows(serverName)

const cases: [title: string, content: JsonObject, allowed: readonly string[], denied: readonly string[]][] = [
  ['nothing set lets nobody in', {}, [], ['a.example', '1.2.3.4']],
  ['a star lets everybody in', { allow: ['*'] }, ['a.example', 'A.EXAMPLE:8448', '1.2.3.4', '[::1]', 'localhost'], []],
  ['what is denied stays denied, whoever is allowed', { allow: ['*', 'evil.com'], deny: ['evil.com'] }, ['good.com'], ['evil.com']],
  ['only what is listed is allowed', { allow: ['good.com'] }, ['good.com'], ['bad.com', 'good.com.au', 'xgood.com', 'a.good.com']],
  [
    'a star stands for any characters',
    { allow: ['*'], deny: ['*.evil.com', 'ev*l.net'] },
    ['evil.com', 'notevil.com', 'evil.net.org'],
    ['a.evil.com', 'a.b.evil.com', 'evl.net', 'eviiil.net'],
  ],
  ['a question mark stands for one', { allow: ['m?trix.org'] }, ['matrix.org', 'm.trix.org'], ['mtrix.org', 'maatrix.org']],
  ['a dot is a dot', { allow: ['a.b'] }, ['a.b'], ['axb']],
  ['what has a meaning in regular expressions has none here', { allow: ['(a+)+', '[ab].c', '^d$'] }, [], ['aaa', 'a.c', 'd']],
  ['lists that are none are empty', { allow: 'good.com', deny: '*' }, [], ['good.com']],
  ['a list to deny that is none denies nobody', { allow: ['*'], deny: '*' }, ['good.com'], []],
  [
    'entries that are no text are left out',
    { allow: [1, null, ['*'], { a: 1 }, 'good.com'], deny: [{}, 0] },
    ['good.com'],
    ['1', 'bad.com'],
  ],
  ['an empty entry matches nothing', { allow: ['*'], deny: [''] }, ['good.com', '1.2.3.4.5'], []],
  [
    'what is no server name is denied',
    { allow: ['*'] },
    [],
    ['', ':80', 'a b', 'a/b', 'a:x', 'ä.de', '256.1.1.1', '::1', '[::1', 'a.com:99999', 'a@b'],
  ],
]
for (const [title, content, allowed, denied] of cases)
  test(title, (t) => {
    for (const name of allowed) t.true(allows(content, name), name)
    for (const name of denied) t.false(allows(content, name), name)
  })

const evil = { allow: ['*'], deny: ['evil.com'] }
const bypasses: [title: string, content: JsonObject, names: readonly string[]][] = [
  ['in another case', evil, ['EVIL.com', 'Evil.Com']],
  ['when the list has another case', { allow: ['*'], deny: ['EVIL.com'] }, ['evil.com', 'Evil.com']],
  ['by a port', evil, ['evil.com:8448', 'evil.com:1', 'EVIL.COM:443']],
  ['by a port, where a pattern ends in the name', { allow: ['*'], deny: ['*evil.com'] }, ['evil.com:8448', 'x.evil.com:8448']],
  ['by a dot at the end', evil, ['evil.com.', 'evil.com..', 'evil.com.:8448']],
  ['by a dot at the end of a short address', { allow: ['*'], deny: ['127.?'] }, ['127.1', '127.1.']],
  ['by a dot at the end, where a pattern denies a whole domain', { allow: ['*'], deny: ['*.evil.com'] }, ['a.evil.com.', 'a.evil.com.:1']],
  ['where the list has a dot at the end', { allow: ['*'], deny: ['evil.com.', '*.evil.net.'] }, ['evil.com', 'evil.com.', 'a.evil.net']],
  [
    'by its name in Punycode',
    { allow: ['*'], deny: ['bücher.example', '*.Straße.example'] },
    ['xn--bcher-kva.example', 'XN--BCHER-KVA.example:1', 'a.xn--strae-oqa.example'],
  ],
  ['by its name in Punycode, where a pattern has half of it', { allow: ['*'], deny: ['büch*'] }, ['xn--bcher-kva.example']],
  [
    'by its name in Punycode, where the list has decomposed letters',
    { allow: ['*'], deny: ['bu\u0308cher.example'] },
    ['xn--bcher-kva.example'],
  ],
  [
    'by its name in Punycode, where the list has that too',
    { allow: ['*'], deny: ['xn--bcher-kva.example'] },
    ['xn--bcher-kva.example', 'XN--bcher-KVA.example'],
  ],
  [
    'by another spelling of its IPv6 address',
    { allow: ['*'], deny: ['[::1]', '[2001:DB8::1]'] },
    ['[::1]:80', '[0:0:0:0:0:0:0:1]', '[::0001]', '[2001:db8:0:0::1]', '[2001:db8::1]'],
  ],
  ['where the list has another spelling of its IPv6 address', { allow: ['*'], deny: ['[0:0:0:0:0:0:0:1]'] }, ['[::1]', '[0::1]']],
  [
    'by an IPv6 address that stands for its IPv4 address',
    { allow: ['*'], deny: ['10.1.*'] },
    ['[::ffff:10.1.2.3]', '[::FFFF:0a01:0203]:80', '[0:0:0:0:0:ffff:10.1.2.3]'],
  ],
  [
    'by another spelling of an IPv6 address that a pattern has in its usual one',
    { allow: ['*'], deny: ['[::ffff:a*'] },
    ['[0:0:0:0:0:ffff:10.1.2.3]'],
  ],
  [
    'by another spelling of its IPv4 address',
    { allow: ['*'], deny: ['127.0.0.1'] },
    ['127.0.0.1.', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.0.0.1:80'],
  ],
]
for (const [title, content, names] of bypasses)
  test(`a denied server does not come back ${title}`, (t) => {
    for (const name of names) t.false(allows(content, name), name)
    t.true(allows(content, 'good.com'))
    t.true(allows(content, 'xn--gd-eka.com'))
  })

test('what allows is taken as it stands', (t) => {
  t.true(allows({ allow: ['good.com'] }, 'GOOD.com:1'))
  t.true(allows({ allow: ['GOOD.com'] }, 'good.com'))
  t.false(allows({ allow: ['good.com'] }, 'good.com.'))
  t.false(allows({ allow: ['[::1]'] }, '[0::1]'))
  t.false(allows({ allow: ['10.1.2.3'] }, '[::ffff:10.1.2.3]'))
  t.false(allows({ allow: ['b?cher.example'] }, 'xn--bcher-kva.example'))
})

const literals = [
  '1.2.3.4',
  '1.2.3.4:8448',
  '[::1]',
  '[2001:db8::1]:8448',
  '[::ffff:1.2.3.4]',
  '1.2.3.4.',
  '127.1',
  '0x7f.0.0.1',
  '0X7F000001',
  '2130706433',
  '0177.0.0.1.',
]
const domains = ['a.example', '1.2.3.4.example', '0x7f.example', '4chan.org', 'a1', '1.2.3.4a']

test('addresses are denied only if that is set to false', (t) => {
  for (const name of literals) t.false(allows({ allow: ['*'], allow_ip_literals: false }, name), name)
  for (const name of literals) t.false(allows({ allow: ['*', '1.2.3.4', '[::1]'], allow_ip_literals: false }, name), name)
  for (const name of domains) t.true(allows({ allow: ['*'], allow_ip_literals: false }, name), name)
  for (const value of [true, undefined, null, 0, '', 'false', [false]])
    for (const name of literals) t.true(allows({ allow: ['*'], allow_ip_literals: value }, name), `${name}, ${JSON.stringify(value)}`)
})

test('a room without an ACL is open to all', (t) => {
  t.true(serverAclIn(lookupIn([])).allows('evil.com'))
})

test('the ACL in the state is made ready once', (t) => {
  const acl = (content: JsonObject) => testEvent({ type: 'm.room.server_acl', sender: '@a:x', state_key: '', content })
  const deny = acl(evil)
  const lookup = lookupIn([deny])
  t.false(serverAclIn(lookup).allows('evil.com'))
  t.is(serverAclIn(lookup), serverAclIn(lookupIn([deny])))
  // One that was redacted has nothing to read in it.
  t.false(serverAclIn(lookupIn([acl({})])).allows('good.com'))
})

const stars = (count: number): string => 'a*'.repeat(count)
const longest = `${'a.'.repeat(126)}aaa`
const hostile: [title: string, patterns: readonly string[]][] = [
  ['10,000 times 200 stars', Array.from({ length: 10_000 }, (_, index) => `${stars(200)}b${index}`)],
  ['10,000 times 200 stars in a row', Array.from({ length: 10_000 }, (_, index) => `${'*'.repeat(200)}a${'*'.repeat(200)}b${index}`)],
  ['10,000 times 200 question marks', Array.from({ length: 10_000 }, (_, index) => `*${'?'.repeat(200)}*${index}c`)],
  ['10,000 names', Array.from({ length: 10_000 }, (_, index) => `a${index}.example`)],
  ['10,000 domains', Array.from({ length: 10_000 }, (_, index) => `*.a${index}.example`)],
  ['a pattern as long as an event', [`${stars(30_000)}b`]],
  ['question marks as many as an event can hold', [`*${'?'.repeat(60_000)}*`]],
]
for (const [title, patterns] of hostile)
  test(`a hostile ACL stays cheap: ${title}`, (t) => {
    const content = { allow: ['*'], deny: patterns }
    const acl = compileServerAcl(content)
    const size = patterns.reduce((sum, pattern) => sum + pattern.length, 0)
    const reads = readsIn(() => t.true(acl.allows(longest)))
    t.true(reads <= 3 * (size + patterns.length * longest.length), `${reads} reads for ${size} characters`)
    t.true(readsIn(() => compileServerAcl(content)) <= 3 * size)
    // Whoever sends many events is judged once.
    t.true(readsIn(() => acl.allows(longest)) <= longest.length)
  })

test('names and domains that are denied are looked up, not tried', (t) => {
  const deny = Array.from({ length: 10_000 }, (_, index) => [`a${index}.example`, `*.b${index}.example`]).flat()
  const acl = compileServerAcl({ allow: ['*'], deny })
  t.true(readsIn(() => t.true(acl.allows('matrix.a.example'))) < 200)
  t.false(acl.allows('a9999.example'))
  t.false(acl.allows('x.b9999.example'))
})

test('verdicts that are kept do not grow with the names that ask', (t) => {
  const acl = compileServerAcl(evil)
  t.false(acl.allows('evil.com'))
  const kept = readsIn(() => acl.allows('evil.com'))
  for (let index = 0; index < 2500; index++) t.true(acl.allows(`s${index}.example`))
  t.true(readsIn(() => t.false(acl.allows('evil.com'))) > 5 * kept)
})
