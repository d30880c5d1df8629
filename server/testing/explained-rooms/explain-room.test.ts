import type { ExecutionContext } from 'ava'
import { explainRoom as endpoint, type RoomExplanation } from '../../../spec/admin/room-explanation.ts'
import { createValidate } from '../../http/validator.ts'
import { MatrixError } from '../../protocol/errors.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import type { Database } from '../../storage/database.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { wireExplain } from '../../wire-explain.ts'
import { ada, bob, cyd, eve, storyBegins, struggle, tell, toldRoomId } from './told-room.ts'

const v10 = roomVersion('10')!
const check = createValidate('body', endpoint.response)

/** Explains as the endpoint does, and sees to it that the contract allows the answer and nothing tells what was said. */
const explainer = (t: ExecutionContext, database: Database) => {
  const explain = wireExplain({ query: database.read, engine: database.engine }, { now: () => storyBegins + 60_000 })
  return async (subject?: string): Promise<RoomExplanation> => {
    const explanation = await explain(toldRoomId, subject)
    t.notThrows(() => check(explanation))
    t.false(JSON.stringify(explanation).includes('secret'))
    return explanation
  }
}

forEachEngine('a room is told in figures, with its ends, its turns and who may do what', async (t, database) => {
  await tell(database, v10, struggle)
  const { room } = await explainer(t, database)()
  const { creators, federates, join_rule, history_visibility, published, extremities, counts, members, servers, turns, levels } = room!
  t.deepEqual(
    { creators, federates, join_rule, history_visibility, published },
    { creators: [ada], federates: true, join_rule: 'public', history_visibility: 'shared', published: false },
  )
  t.deepEqual(
    extremities.shown.map((end) => [end.event_id, end.depth, end.sender, end.origin_server_ts]),
    [['$redaction', 13, ada, storyBegins + 12_000]],
  )
  t.deepEqual(counts, {
    events: 13,
    state_events: 9,
    state_versions: 8,
    overlays: counts.overlays,
    outliers: 0,
    rejected: 1,
    soft_failed: 1,
    turning: 0,
    withheld: 1,
    dummy: 0,
    past: 1,
  })
  t.deepEqual(members, { join: 3, invite: 0, knock: 0, leave: 0, ban: 0 })
  t.deepEqual(servers.shown, [
    { server_name: 'two.example', joined: 2, known: 2 },
    { server_name: 'one.example', joined: 1, known: 1 },
  ])
  t.deepEqual(
    turns.map(({ event, version, changed }) => [event.event_id, version, changed.count]),
    [['$demotion', 8, 2]],
  )
  t.deepEqual(
    turns[0]!.changed.shown.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    [
      { type: 'm.room.power_levels', state_key: '', before: '$levels', after: '$demotion' },
      { type: 'm.room.topic', state_key: '', before: '$topic' },
    ],
  )
  const may = (deed: string) => levels.find((one) => one.deed === deed)
  t.deepEqual(may('send-messages'), { deed: 'send-messages', level: 0, everyone: true, count: 3, user_ids: [ada] })
  t.deepEqual(may('upgrade'), { deed: 'upgrade', level: 50, everyone: false, count: 1, user_ids: [ada] })
  const figure = (name: string) => room!.health.find((one) => one.figure === name)!
  t.is(figure('extremities').verdict, 'fine')
  t.deepEqual([figure('refused').verdict, figure('refused').value], ['bad', 2 / 13])
  t.is(figure('auth-events').value, 9)
  // ada 1, levels 2, and 3 each for rules, bob, cyd, topic, demotion and name
  t.is(figure('auth-edges').value, 21)
})

forEachEngine('of an event that lost where branches met, it is told where, to what and by which rule', async (t, database) => {
  await tell(database, v10, struggle)
  const { event } = await explainer(t, database)('$topic')
  const { current, current_event: now, held, lost } = event!.state!
  t.deepEqual([current, now, held], [false, undefined, [{ from_version: 7, to_version: 8 }]])
  t.deepEqual([lost!.how, lost!.by!.event_id, lost!.version], ['resolved', '$demotion', 8])
  t.deepEqual(lost!.resolution!.branches.toSorted(), ['$demotion', '$topic'])
  const trials = lost!.resolution!.trials.shown.map(({ event: tried, pass, verdict, rule }) => [tried.event_id, pass, verdict, rule])
  t.deepEqual(trials, [
    ['$levels', 'power', 'allowed', undefined],
    ['$demotion', 'power', 'allowed', undefined],
    ['$bob', 'rest', 'allowed', undefined],
    ['$topic', 'rest', 'refused', '7'],
  ])
  const checks = event!.checks.map(({ by, verdict, rule }) => [by, verdict, rule])
  t.deepEqual(checks, [
    ['auth-events', 'allowed', undefined],
    ['state-before', 'allowed', undefined],
    ['state-on-arrival', 'allowed', undefined],
    ['present-state', 'refused', '7'],
  ])
})

forEachEngine('of a state event that a later one replaced, the later one is told', async (t, database) => {
  await tell(database, v10, [
    ...struggle,
    {
      id: 'opened',
      by: ada,
      type: 'm.room.join_rules',
      key: '',
      content: { join_rule: 'invite' },
      after: ['redaction'],
      sees: ['create', 'ada', 'demotion'],
    },
  ])
  const explain = explainer(t, database)
  const { state } = (await explain('$rules')).event!
  t.deepEqual(
    [state!.current, state!.current_event!.event_id, state!.lost!.how, state!.lost!.by!.event_id],
    [false, '$opened', 'replaced', '$opened'],
  )
  t.deepEqual((await explain('$opened')).event!.state, { current: true, held: [{ from_version: 9 }] })
})

forEachEngine('of events that were refused, the check and the rule are told', async (t, database) => {
  await tell(database, v10, struggle)
  const explain = explainer(t, database)
  const verdicts = async (id: string) => (await explain(id)).event!.checks.map(({ verdict, rule }) => rule ?? verdict)
  t.deepEqual(await verdicts('$name'), ['allowed', 'allowed', '7', '7'])
  t.deepEqual(await verdicts('$stranger'), ['5', '5', '5', '5'])
  const { event: failed } = await explain('$name')
  t.deepEqual([failed!.event.standing, failed!.shown, failed!.state!.lost!.how], ['soft-failed', false, 'never'])
  const { event: withheld } = await explain('$nothing')
  t.deepEqual([withheld!.event.standing, withheld!.shown, withheld!.in_timeline], ['withheld', false, true])
})

forEachEngine('what an event follows and cites is told, and what took its content away', async (t, database) => {
  await tell(database, v10, struggle)
  const explain = explainer(t, database)
  const { event } = await explain('$talk')
  t.is(event!.redacted_by!.event_id, '$redaction')
  t.deepEqual(
    event!.prev_events.map((one) => [one.event_id, one.held, one.standing]),
    [
      ['$topic', true, 'ordinary'],
      ['$demotion', true, 'past'],
    ],
  )
  t.deepEqual(
    event!.state_before!.relevant.map((one) => one.event_id),
    ['$demotion', '$ada', '$create'],
  )
  t.deepEqual([event!.state_before!.version, event!.state_before!.entries], [8, 6])
  const off = (await explain('$demotion')).event!.state_before!
  t.deepEqual([off.entries, off.relevant.map((one) => one.event_id)], [6, ['$levels', '$ada', '$create']])
})

forEachEngine('of a user it is told what they were, what they may do, and what was refused', async (t, database) => {
  await tell(database, v10, struggle)
  const explain = explainer(t, database)
  const { user } = await explain(bob)
  const may = (name: string) => user!.deeds.find(({ deed }) => deed === name)!
  t.deepEqual([user!.membership, user!.power, user!.creator], ['join', 0, false])
  t.deepEqual(
    [may('send-messages').verdict, may('set-topic').rule, may('kick').rule, may('leave').verdict],
    ['allowed', '7', '4.5.5', 'allowed'],
  )
  t.deepEqual([may('redact').verdict, may('redact').rule], ['refused', undefined])
  t.deepEqual(
    user!.memberships.shown.map(({ version, membership, event, by_resolution }) => [version, membership, event!.event_id, by_resolution]),
    [[5, 'join', '$bob', false]],
  )
  t.deepEqual(
    user!.refused_events.shown.map(({ event, checks }) => [event.event_id, checks[2]!.rule]),
    [['$name', '7']],
  )
  const stranger = (await explain(eve)).user!
  t.deepEqual([stranger.membership, stranger.memberships.count], ['leave', 0])
  t.deepEqual(
    stranger.deeds.filter(({ verdict }) => verdict === 'allowed').map(({ deed }) => deed),
    ['join'],
  )
})

forEachEngine('of a restricted room it is told whose members may join', async (t, database) => {
  const allow = [
    { type: 'm.room_membership', room_id: toldRoomId },
    { type: 'm.room_membership', room_id: '!elsewhere:x' },
  ]
  await tell(database, v10, [
    ...struggle,
    {
      id: 'closed',
      by: ada,
      type: 'm.room.join_rules',
      key: '',
      content: { join_rule: 'restricted', allow },
      after: ['redaction'],
      sees: ['create', 'ada', 'demotion'],
    },
  ])
  const { user } = await explainer(t, database)(eve)
  t.is(user!.deeds[0]!.rule, '4.3.5.2')
  t.deepEqual(user!.join_conditions, [
    { room_id: toldRoomId, known: true, joined: false },
    { room_id: '!elsewhere:x', known: false, joined: false },
  ])
})

forEachEngine('a resolution that gave a membership back is told as such', async (t, database) => {
  // Bob bans cyd while ada, on another branch, has taken that power from him.
  const [before, after] = [struggle.slice(0, 6), struggle.slice(7, 8)]
  await tell(database, v10, [
    ...before,
    { id: 'ban', by: bob, type: 'm.room.member', key: cyd, content: { membership: 'ban' }, after: ['cyd'] },
    ...after,
  ])
  const { user } = await explainer(t, database)(cyd)
  t.deepEqual(
    user!.memberships.shown.map(({ membership, event, by_resolution }) => [membership, event!.event_id, by_resolution]),
    [
      ['join', '$cyd', false],
      ['ban', '$ban', false],
      ['join', '$cyd', true],
    ],
  )
})

forEachEngine('gaps are counted, and what is cited and not held is told from what nobody ever cited', async (t, database) => {
  await tell(database, v10, struggle)
  await database.write((tx) => tx.query("INSERT INTO backward_extremity (room_nid, event_id) VALUES (1, '$unheard')"))
  const explain = explainer(t, database)
  const { room } = await explain()
  t.deepEqual(room!.backward_extremities, { count: 1, shown: ['$unheard'] })
  t.is(room!.health.find(({ figure }) => figure === 'gaps')!.verdict, 'watch')
  const cited = await t.throwsAsync(explain('$unheard'), { instanceOf: MatrixError, message: /does not hold/ })
  t.is(cited.errcode, 'M_NOT_FOUND')
  t.is((await t.throwsAsync(explain('$nobody'), { instanceOf: MatrixError, message: /no event/ })).errcode, 'M_NOT_FOUND')
})
