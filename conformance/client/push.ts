import {
  deletePushRule,
  getPushRule,
  getPushRuleActions,
  getPushRuleEnabled,
  getPushRules,
  putPushRule,
  putPushRuleActions,
  putPushRuleEnabled,
} from '../../spec/client/push.ts'
import { sync } from '../../spec/client/sync.ts'
import { check } from '../check.ts'
import { equal, holds, matches, present, shown } from '../expect.ts'

const notify = ['notify']
const content = { kind: 'content', ruleId: 'org.example.cake' } as const
/** client-server-api/#predefined-rules: those that need no other version than v1.7. */
const predefined = {
  override: [
    '.m.rule.master',
    '.m.rule.suppress_notices',
    '.m.rule.invite_for_me',
    '.m.rule.member_event',
    '.m.rule.is_user_mention',
    '.m.rule.is_room_mention',
    '.m.rule.tombstone',
    '.m.rule.reaction',
  ],
  underride: ['.m.rule.call', '.m.rule.encrypted_room_one_to_one', '.m.rule.room_one_to_one', '.m.rule.message', '.m.rule.encrypted'],
} as const

export const pushChecks = [
  check(
    'push/predefined-rules',
    { clause: 'client-server-api/#predefined-rules', about: [getPushRules], since: 'v1.7' },
    'A new account has the predefined rules, in their order, the master rule switched off.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { global } = await alice.ok(getPushRules, {})
      for (const kind of ['override', 'underride'] as const) {
        const ids = (global[kind] ?? []).map((rule) => rule.rule_id).filter((id) => predefined[kind].some((one) => one === id))
        equal(ids, predefined[kind], `The rules of kind ${kind}`)
      }
      const [master] = global.override ?? []
      equal([master?.rule_id, master?.enabled, master?.default, master?.actions], ['.m.rule.master', false, true, []], 'The master rule')
    },
  ),
  check(
    'push/predefined-conditions',
    { clause: 'client-server-api/#predefined-rules', about: [getPushRule], since: 'v1.7' },
    "The rule for mentions looks for the user's own ID, and highlights.",
    async ({ people }) => {
      const [{ userId, ok }] = await people('alice')
      const rule = await ok(getPushRule, { kind: 'override', ruleId: '.m.rule.is_user_mention' })
      equal(rule.conditions, [{ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: userId }], 'The conditions')
      holds(rule.actions.includes('notify'), `notify in ${shown(rule.actions)}`)
      holds(
        rule.actions.some((action) => typeof action === 'object' && action.set_tweak === 'highlight'),
        `highlight in ${shown(rule.actions)}`,
      )
    },
  ),
  check(
    'push/unknown-rule',
    { clause: getPushRule },
    'A rule that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(getPushRule, content, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'push/add-rule',
    { clause: putPushRule, about: [putPushRule, getPushRule] },
    "A rule that is added is in force, and is the user's own.",
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.ok(putPushRule, { ...content, body: { pattern: 'cake', actions: notify } })
      matches(
        await alice.ok(getPushRule, content),
        { rule_id: content.ruleId, pattern: 'cake', actions: notify, enabled: true, default: false },
        'The rule',
      )
    },
  ),
  check(
    'push/add-override-rule',
    { clause: putPushRule, about: [putPushRule, getPushRule] },
    'A rule with conditions keeps them.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const call = { kind: 'override', ruleId: 'org.example.quiet' } as const
      const conditions = [
        { kind: 'event_match', key: 'content.body', pattern: 'psst' },
        { kind: 'room_member_count', is: '>2' },
      ]
      await alice.ok(putPushRule, { ...call, body: { conditions, actions: [] } })
      matches(await alice.ok(getPushRule, call), { conditions, actions: [], enabled: true }, 'The rule')
    },
  ),
  check(
    'push/change-rule',
    { clause: putPushRule, about: [putPushRule, getPushRules] },
    'To add a rule again changes it; there is still one.',
    async ({ people }) => {
      const [alice] = await people('alice')
      for (const pattern of ['cake', 'pie']) await alice.ok(putPushRule, { ...content, body: { pattern, actions: notify } })
      const { global } = await alice.ok(getPushRules, {})
      equal(
        global.content?.filter((rule) => rule.rule_id === content.ruleId).map((rule) => rule.pattern),
        ['pie'],
        'The patterns',
      )
    },
  ),
  check(
    'push/order-of-rules',
    { clause: putPushRule, about: [putPushRule, getPushRules] },
    'A new rule comes first, or before or after the one that the request names.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const add = (ruleId: string, where: { before?: string; after?: string } = {}) =>
        alice.ok(putPushRule, { kind: 'content', ruleId, ...where, body: { pattern: ruleId, actions: notify } })
      await add('one')
      await add('two')
      await add('after-two', { after: 'two' })
      await add('before-one', { before: 'one' })
      const { global } = await alice.ok(getPushRules, {})
      equal(
        global.content?.map((rule) => rule.rule_id).filter((id) => !id.startsWith('.')),
        ['two', 'after-two', 'before-one', 'one'],
        'The order',
      )
    },
  ),
  check(
    'push/place-beside-nothing',
    { clause: putPushRule },
    'To place a rule beside one that does not exist is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(putPushRule, { ...content, before: 'nothing', body: { pattern: 'x', actions: notify } })
      holds(status === 400 || status === 404, `400 or 404, not ${status}`)
    },
  ),
  check(
    'push/rule-with-a-dot',
    { clause: putPushRule },
    "An ID that begins with a dot is the server's: such a rule cannot be added.",
    async ({ people }) => {
      const [alice] = await people('alice')
      equal(
        (await alice.call(putPushRule, { kind: 'content', ruleId: '.mine', body: { pattern: 'x', actions: notify } })).status,
        400,
        'The status',
      )
    },
  ),
  check(
    'push/rule-of-no-kind',
    { clause: putPushRule },
    'A kind of rules that does not exist is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.raw({
        method: 'PUT',
        path: '/_matrix/client/v3/pushrules/global/sideways/x',
        body: '{"actions":["notify"]}',
      })
      holds(status === 400 || status === 404, `400 or 404, not ${status}`)
    },
  ),
  check(
    'push/rule-without-actions',
    { clause: putPushRule },
    'A rule that does not say what to do is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(putPushRule, { ...content, body: { pattern: 'cake' } }, 400, [
        'M_MISSING_PARAM',
        'M_BAD_JSON',
        'M_INVALID_PARAM',
        'M_UNKNOWN',
      ])
    },
  ),
  check(
    'push/content-rule-without-pattern',
    { clause: putPushRule },
    'A content rule without a pattern is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(putPushRule, { ...content, body: { actions: notify } }, 400, [
        'M_MISSING_PARAM',
        'M_BAD_JSON',
        'M_INVALID_PARAM',
        'M_UNKNOWN',
      ])
    },
  ),
  check(
    'push/disable',
    { clause: putPushRuleEnabled, about: [putPushRuleEnabled, getPushRuleEnabled, getPushRule] },
    'A rule can be switched off, and the set shows it.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const rule = { kind: 'underride', ruleId: '.m.rule.message' } as const
      equal((await alice.ok(getPushRuleEnabled, rule)).enabled, true, 'Before')
      await alice.ok(putPushRuleEnabled, { ...rule, body: { enabled: false } })
      equal((await alice.ok(getPushRuleEnabled, rule)).enabled, false, 'After')
      equal((await alice.ok(getPushRule, rule)).enabled, false, 'In the rule')
    },
  ),
  check(
    'push/disable-unknown',
    { clause: putPushRuleEnabled },
    'A rule that does not exist cannot be switched off.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(putPushRuleEnabled, { ...content, body: { enabled: false } }, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'push/actions',
    { clause: putPushRuleActions, about: [putPushRuleActions, getPushRuleActions] },
    'The actions of a predefined rule can be set.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const rule = { kind: 'underride', ruleId: '.m.rule.message' } as const
      const actions = ['notify', { set_tweak: 'sound', value: 'bell' }]
      await alice.ok(putPushRuleActions, { ...rule, body: { actions } })
      equal((await alice.ok(getPushRuleActions, rule)).actions, actions, 'The actions')
    },
  ),
  check(
    'push/delete',
    { clause: deletePushRule, about: [deletePushRule, getPushRule] },
    'A rule that is deleted is gone.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.ok(putPushRule, { ...content, body: { pattern: 'cake', actions: notify } })
      await alice.ok(deletePushRule, content)
      await alice.refused(getPushRule, content, 404, 'M_NOT_FOUND')
    },
  ),
  check(
    'push/delete-unknown',
    { clause: deletePushRule },
    'To delete a rule that does not exist is answered with 404 M_NOT_FOUND.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(deletePushRule, content, 404, 'M_NOT_FOUND')
    },
  ),
  check('push/delete-predefined', { clause: deletePushRule }, 'A predefined rule cannot be deleted.', async ({ people }) => {
    const [alice] = await people('alice')
    const rule = { kind: 'underride', ruleId: '.m.rule.message' } as const
    const { status } = await alice.call(deletePushRule, rule)
    holds(status >= 400 && status < 500, `a refusal, not ${status}`)
    equal((await alice.ok(getPushRule, rule)).rule_id, rule.ruleId, 'The rule')
  }),
  check(
    'push/rules-in-syncs',
    { clause: 'client-server-api/#mpush_rules', about: [sync] },
    'A change of the rules comes by sync, as account data of type m.push_rules.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const syncing = await alice.startSyncing()
      present(
        syncing.first.account_data?.events?.find(({ type }) => type === 'm.push_rules'),
        'm.push_rules in an initial sync',
      )
      await alice.ok(putPushRule, { ...content, body: { pattern: 'cake', actions: notify } })
      const seen = await syncing.until(
        'the changed rules',
        ({ account_data: data }) => data?.events?.find(({ type }) => type === 'm.push_rules')?.content,
      )
      const { global } = seen as { global: { content: { rule_id: string }[] } }
      holds(
        global.content.some((rule) => rule.rule_id === content.ruleId),
        'the new rule in the account data',
      )
    },
  ),
]
