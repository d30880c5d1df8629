import { createPushRulePages } from '../../storage/push-rules.ts'
import { openReaderRules } from '../../accounts/reader-rules.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { alice, bob } from '../../rooms/test-reading.ts'
import { createPersonalWorld, withPersonalServer } from './test-personal-server.ts'

const rules = '/pushrules/global'
const cake = `${rules}/content/cake`

withPersonalServer('rules are added, read, switched, changed and taken away', async (t, { call, refusal }, { pushRules }) => {
  t.deepEqual((await call('alice', 'GET', '/pushrules/')).json, { global: await pushRules.all(alice) })
  t.deepEqual((await call('alice', 'PUT', cake, { pattern: 'cake', actions: ['notify'] })).json, {})
  const rule = { rule_id: 'cake', default: false, enabled: true, pattern: 'cake', actions: ['notify'] }
  t.deepEqual((await call('alice', 'GET', cake)).json, rule)
  t.deepEqual((await call('alice', 'GET', `${rules}/`)).json.content, [rule])
  t.deepEqual((await call('bob', 'GET', `${rules}/`)).json.content, [])
  t.deepEqual((await call('alice', 'PUT', `${cake}/enabled`, { enabled: false })).json, {})
  t.deepEqual((await call('alice', 'GET', `${cake}/enabled`)).json, { enabled: false })
  const actions = ['notify', { set_tweak: 'sound', value: 'bell' }]
  for (const path of [cake, `${rules}/underride/.m.rule.message`]) {
    t.deepEqual((await call('alice', 'PUT', `${path}/actions`, { actions })).json, {})
    t.deepEqual((await call('alice', 'GET', `${path}/actions`)).json, { actions })
  }
  t.deepEqual((await call('alice', 'DELETE', cake)).json, {})
  t.deepEqual(await refusal('alice', 'GET', cake), [404, 'M_NOT_FOUND'])
  t.deepEqual((await call('alice', 'GET', `${rules}/underride/.m.rule.message`)).json.actions, actions)
})

withPersonalServer('rules stand where they are put, however many are put at once', async (t, { call }) => {
  const add = (ruleId: string, query = '') => call('alice', 'PUT', `${rules}/content/${ruleId}${query}`, { pattern: ruleId, actions: [] })
  const order = async () => (await call('alice', 'GET', `${rules}/`)).json.content.map((rule: { rule_id: string }) => rule.rule_id)
  for (const [ruleId, query] of [
    ['one', ''],
    ['two', ''],
    ['three', '?after=two'],
    ['four', '?before=one'],
    ['five', '?before=two&after=one'],
  ])
    await add(ruleId!, query)
  t.deepEqual(await order(), ['five', 'two', 'three', 'four', 'one'])
  await Promise.all(Array.from({ length: 10 }, (_, i) => add(`more${i}`)))
  t.is((await order()).length, 15)
})

withPersonalServer('what is no rule is refused, and changes nothing', async (t, { call, refusal }) => {
  const put = (path: string, body: unknown) => refusal('alice', 'PUT', `${rules}/${path}`, body)
  t.deepEqual(await put('content/.mine', { pattern: 'x', actions: [] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('content/a%2Fb', { pattern: 'x', actions: [] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('sideways/x', { actions: [] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('content/x', { pattern: 'x' }), [400, 'M_MISSING_PARAM'])
  t.deepEqual(await put('content/x', { actions: [] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('content/x', { pattern: 'x', actions: ['shout'] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('room/kitchen', { actions: [] }), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await put('override/x', { actions: [], conditions: 'all' }), [400, 'M_BAD_JSON'])
  t.deepEqual(await put('content/x?before=nothing', { pattern: 'x', actions: [] }), [400, 'M_UNKNOWN'])
  t.deepEqual(await put('content/x/enabled', { enabled: true }), [404, 'M_NOT_FOUND'])
  t.deepEqual(await refusal('alice', 'DELETE', cake), [404, 'M_NOT_FOUND'])
  t.deepEqual(await refusal('alice', 'DELETE', `${rules}/underride/.m.rule.message`), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await refusal('alice', 'DELETE', `${rules}/underride/.m.rule.nothing`), [404, 'M_NOT_FOUND'])
  t.deepEqual((await call('alice', 'GET', `${rules}/`)).json, (await call('alice', 'GET', '/pushrules/')).json.global)
  t.deepEqual((await call('alice', 'GET', `${rules}/`)).json.content, [])
})

forEachEngine("after a start everybody's keywords are known again, page by page", async (t, database) => {
  const { pushRules, store, identifiers, streams } = await createPersonalWorld(database)
  const people = Array.from({ length: 12 }, (_, i) => `@u${i}:hs` as const)
  for (const userId of people)
    await pushRules.put({ userId, kind: 'content', ruleId: 'k' }, { pattern: `word${userId.length}`, actions: ['notify'] }, {})
  const pages = createPushRulePages(database)
  const anew = await openReaderRules({
    accountData: store,
    identifiers,
    pages,
    streams,
    pageSize: 5,
    reportError: (error) => t.fail(String(error)),
  })
  const named = (body: string) =>
    [...anew.index.usersFor({ roomId: '!r', sender: alice, type: 'm.room.message', content: { body } })].sort()
  t.deepEqual(named('see WORD6!'), people.filter((userId) => userId.length === 6).sort())
  t.deepEqual(named('nothing'), [])
  t.false(anew.index.has(bob))
})
