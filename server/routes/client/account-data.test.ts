import { noPushRuleChanges } from '../../protocol/push-rules.ts'
import { alice, bob, carol } from '../../rooms/test-reading.ts'
import { shownAccountData } from '../../accounts/shown-account-data.ts'
import { withPersonalServer } from './test-personal-server.ts'

const own = `/user/${alice}/account_data`

withPersonalServer('people keep what they like for themselves, and write over it', async (t, { call, refusal }) => {
  const content = { colour: 'green', deep: [{ empty: {} }, null, 1.5], nul: 'a\u0000b' }
  t.deepEqual((await call('alice', 'PUT', `${own}/org.example.theme`, { colour: 'red', old: true })).json, {})
  t.deepEqual((await call('alice', 'PUT', `${own}/org.example.theme`, content)).json, {})
  t.deepEqual((await call('alice', 'GET', `${own}/org.example.theme`)).json, content)
  t.deepEqual(await refusal('alice', 'GET', `${own}/org.example.other`), [404, 'M_NOT_FOUND'])
  for (const method of ['GET', 'PUT'])
    t.deepEqual(await refusal('bob', method, `${own}/org.example.theme`, method === 'PUT' ? {} : undefined), [403, 'M_FORBIDDEN'])
  t.deepEqual(await refusal('alice', 'PUT', `${own}/${'€'.repeat(86)}`, {}), [400, 'M_INVALID_PARAM'])
  t.deepEqual(await refusal('alice', 'PUT', `${own}/x`, { text: 'x'.repeat(65_536) }), [400, 'M_TOO_LARGE'])
})

withPersonalServer('the server writes some types itself, and shows them', async (t, { call, refusal }, { aRoom, pushRules }) => {
  const roomId = await aRoom()
  for (const type of ['m.push_rules', 'm.fully_read']) {
    t.deepEqual(await refusal('alice', 'PUT', `${own}/${type}`, {}), [405, 'M_BAD_JSON'])
    t.deepEqual(await refusal('alice', 'PUT', `/user/${alice}/rooms/${roomId}/account_data/${type}`, {}), [405, 'M_BAD_JSON'])
  }
  t.deepEqual((await call('alice', 'GET', `${own}/m.push_rules`)).json, { global: await pushRules.all(alice) })
})

withPersonalServer(
  "what is kept about a room is that room's alone, and only for who has been there",
  async (t, { call, refusal }, { aRoom, member, streams }) => {
    const [one, other] = [await aRoom(), await aRoom()]
    const path = (user: string, room: string) => `/user/${user}/rooms/${room}/account_data/org.example.theme`
    const told: unknown[] = []
    streams.subscribe((entry) => {
      if (entry.kind === 'account-data') told.push([entry.userId, entry.roomId, entry.type])
    })
    t.deepEqual((await call('alice', 'PUT', path(alice, one), { colour: 'green' })).json, {})
    t.deepEqual(told, [[alice, one, 'org.example.theme']])
    t.deepEqual((await call('alice', 'GET', path(alice, one))).json, { colour: 'green' })
    for (const room of [other, '!nowhere:hs']) t.deepEqual(await refusal('alice', 'GET', path(alice, room)), [404, 'M_NOT_FOUND'])
    for (const room of [one, '!nowhere:hs']) t.deepEqual(await refusal('bob', 'PUT', path(bob, room), {}), [403, 'M_FORBIDDEN'])
    t.deepEqual(await refusal('alice', 'PUT', path(alice, 'nonsense'), {}), [400, 'M_INVALID_PARAM'])
    await member(one, bob, 'join')
    await member(one, bob, 'leave')
    t.deepEqual((await call('bob', 'PUT', path(bob, one), { colour: 'blue' })).json, {})
  },
)

withPersonalServer(
  'tags come and go one by one, however many at once, and lie in the account data',
  async (t, { call, refusal }, { aRoom }) => {
    const roomId = await aRoom()
    const tags = `/user/${alice}/rooms/${roomId}/tags`
    t.deepEqual((await call('alice', 'GET', tags)).json, { tags: {} })
    await Promise.all(Array.from({ length: 8 }, (_, i) => call('alice', 'PUT', `${tags}/u.${i}`, { order: i / 8 })))
    await call('alice', 'PUT', `${tags}/u.1`, { order: 1 })
    await call('alice', 'PUT', `${tags}/__proto__`, {})
    await Promise.all([2, 3, 4, 5, 6, 7].map((i) => call('alice', 'DELETE', `${tags}/u.${i}`)))
    t.deepEqual((await call('alice', 'DELETE', `${tags}/u.7`)).json, {})
    const expected = JSON.parse('{"u.0":{"order":0},"u.1":{"order":1},"__proto__":{}}')
    t.deepEqual((await call('alice', 'GET', tags)).json, { tags: expected })
    t.deepEqual((await call('alice', 'GET', `/user/${alice}/rooms/${roomId}/account_data/m.tag`)).json, { tags: expected })
    t.deepEqual(await refusal('alice', 'PUT', `${tags}/u.0`, { order: 1.5 }), [400, 'M_INVALID_PARAM'])
    t.deepEqual(await refusal('alice', 'PUT', `${tags}/u.0`, { order: 'high' }), [400, 'M_BAD_JSON'])
    t.deepEqual(await refusal('bob', 'GET', tags), [403, 'M_FORBIDDEN'])
    t.deepEqual(await refusal('carol', 'PUT', `/user/${carol}/rooms/${roomId}/tags/u.0`, {}), [403, 'M_FORBIDDEN'])
  },
)

withPersonalServer(
  'the same filter has the same ID, whatever the order of its keys, and comes back as it was',
  async (t, { call, refusal }) => {
    const filter = {
      room: { timeline: { limit: 3, types: ['m.room.message'] }, include_leave: true },
      event_format: 'client',
      'org.example': 0.5,
    }
    const {
      json: { filter_id: id },
    } = await call('alice', 'POST', `/user/${alice}/filter`, filter)
    const turned = {
      'org.example': 0.5,
      event_format: 'client',
      room: { include_leave: true, timeline: { types: ['m.room.message'], limit: 3 } },
    }
    const again = await Promise.all([1, 2, 3].map(() => call('alice', 'POST', `/user/${alice}/filter`, turned)))
    t.deepEqual(
      again.map(({ json }) => json.filter_id),
      [id, id, id],
    )
    const {
      json: { filter_id: otherId },
    } = await call('alice', 'POST', `/user/${alice}/filter`, {})
    t.not(otherId, id)
    t.deepEqual((await call('alice', 'GET', `/user/${alice}/filter/${id}`)).json, filter)
    t.deepEqual((await call('alice', 'GET', `/user/${alice}/filter/${otherId}`)).json, {})
    for (const unknown of ['987654', '0', 'abc', '99999999999999999999'])
      t.deepEqual(await refusal('alice', 'GET', `/user/${alice}/filter/${unknown}`), [404, 'M_NOT_FOUND'])
    t.deepEqual(await refusal('bob', 'GET', `/user/${bob}/filter/${id}`), [404, 'M_NOT_FOUND'])
    t.deepEqual(await refusal('bob', 'GET', `/user/${alice}/filter/${id}`), [403, 'M_FORBIDDEN'])
    for (const [bad, errcode] of [
      [{ room: { timeline: { types: 'm.room.message' } } }, 'M_BAD_JSON'],
      [{ event_format: 'roman' }, 'M_INVALID_PARAM'],
      [{ room: { state: { not_types: Array.from({ length: 101 }, (_, index) => `${index}*`) } } }, 'M_TOO_LARGE'],
    ] as const) {
      t.deepEqual(await refusal('alice', 'POST', `/user/${alice}/filter`, bad), [400, errcode])
    }
  },
)

withPersonalServer('nobody keeps more entries than they may', async (t, { call, refusal }, { store, identifiers }) => {
  const userNid = await identifiers.user(alice)
  await Promise.all(Array.from({ length: 1000 }, (_, i) => store.put({ userId: alice, userNid, type: `t${i}` }, {})))
  t.deepEqual(await refusal('alice', 'PUT', `${own}/one.more`, {}), [400, 'M_TOO_LARGE'])
  t.deepEqual((await call('alice', 'PUT', `${own}/t7`, { still: true })).json, {})
})

withPersonalServer(
  'syncs tell the push rules whole, and of who has changed none in an initial sync',
  async (t, { call }, { pushRules, store, identifiers }) => {
    const initial = shownAccountData(alice, [], true)
    t.deepEqual(
      initial.map(({ type, content }) => ({ type, content })),
      [{ type: 'm.push_rules', content: { global: await pushRules.all(alice) } }],
    )
    t.deepEqual(shownAccountData(alice, [], false), [])
    await call('alice', 'PUT', '/pushrules/global/content/cake', { pattern: 'cake', actions: ['notify'] })
    const userNid = await identifiers.user(alice)
    t.notDeepEqual(await store.get(userNid, 0, 'm.push_rules'), { ...noPushRuleChanges })
    const entries = await store.changed(userNid, 0, Number.MAX_SAFE_INTEGER)
    for (const isInitial of [true, false]) {
      t.deepEqual(
        shownAccountData(alice, entries, isInitial).map(({ content }) => content),
        [{ global: await pushRules.all(alice) }],
      )
    }
  },
)
