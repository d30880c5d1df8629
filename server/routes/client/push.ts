import {
  deletePushRule,
  getGlobalPushRules,
  getPushRule,
  getPushRuleActions,
  getPushRuleEnabled,
  getPushRules,
  putPushRule,
  putPushRuleActions,
  putPushRuleEnabled,
  type PushRule as RuleBody,
  type PushRuleset as RulesetBody,
} from '../../../spec/client/push.ts'
import type { PushRules } from '../../accounts/push-rules.ts'
import { route, type Route } from '../../http/route.ts'
import type { PushRule, PushRuleset } from '../../protocol/push-rule.ts'

interface Needs {
  readonly pushRules: PushRules
}

// The rules as the protocol has them are those of the contract, only that nobody may write into them.
const ruleBody = (rule: PushRule): RuleBody => rule as unknown as RuleBody
const rulesetBody = (rules: PushRuleset): RulesetBody => rules as unknown as RulesetBody

/** People's push rules. client-server-api/#push-rules-api */
export const pushRoutes = ({ pushRules }: Needs): Route[] => [
  route(getPushRules, async ({ requester: { userId } }) => ({ global: rulesetBody(await pushRules.all(userId)) })),
  route(getGlobalPushRules, async ({ requester: { userId } }) => rulesetBody(await pushRules.all(userId))),
  route(getPushRule, async ({ requester: { userId }, params }) => ruleBody(await pushRules.get({ userId, ...params }))),
  route(putPushRule, async ({ requester: { userId }, params, query, body }) => {
    await pushRules.put({ userId, ...params }, { ...body }, query)
    return {}
  }),
  route(deletePushRule, async ({ requester: { userId }, params }) => {
    await pushRules.remove({ userId, ...params })
    return {}
  }),
  route(getPushRuleEnabled, async ({ requester: { userId }, params }) => ({
    enabled: (await pushRules.get({ userId, ...params })).enabled,
  })),
  route(putPushRuleEnabled, async ({ requester: { userId }, params, body: { enabled } }) => {
    await pushRules.setEnabled({ userId, ...params }, enabled)
    return {}
  }),
  route(getPushRuleActions, async ({ requester: { userId }, params }) => ({
    actions: ruleBody(await pushRules.get({ userId, ...params })).actions,
  })),
  route(putPushRuleActions, async ({ requester: { userId }, params, body: { actions } }) => {
    await pushRules.setActions({ userId, ...params }, actions)
    return {}
  }),
]
