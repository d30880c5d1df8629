import { endpoint } from '../endpoint.ts'
import type { FromSchema } from '../schema.ts'

/** When a rule applies; which keys are needed depends on `kind`. client-server-api/#conditions-1 */
export const pushCondition = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { type: 'string', examples: ['event_match', 'event_property_is', 'event_property_contains', 'room_member_count'] },
    key: { type: 'string', description: 'A dot-separated path into the event, or a key of `notifications`.' },
    pattern: { type: 'string', description: 'A glob.' },
    is: { type: 'string', description: 'A number of members, with `==`, `<`, `>`, `<=` or `>=` before it.' },
    value: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'boolean' }, { type: 'null' }] },
  },
} as const

/** What a rule does: `notify`, or an object that sets a tweak. client-server-api/#actions */
export const pushAction = {
  anyOf: [{ type: 'string' }, { type: 'object', properties: { set_tweak: { type: 'string' }, value: {} } }],
} as const

const actions = { type: 'array', items: pushAction } as const
const conditions = { type: 'array', items: pushCondition } as const

/** One rule. client-server-api/#push-rules */
export const pushRule = {
  type: 'object',
  required: ['rule_id', 'default', 'enabled', 'actions'],
  properties: {
    rule_id: { type: 'string' },
    default: { type: 'boolean', description: 'The server brought it; its ID begins with a dot.' },
    enabled: { type: 'boolean' },
    actions,
    conditions: { ...conditions, description: 'For `override` and `underride`; all must hold.' },
    pattern: { type: 'string', description: 'For `content`: a glob over the body.' },
  },
} as const

const rules = { type: 'array', items: pushRule } as const

/** A user's rules, in the order in which they are tried: override, content, room, sender, underride. */
export const pushRuleset = {
  type: 'object',
  properties: { override: rules, content: rules, room: rules, sender: rules, underride: rules },
} as const

const kind = { enum: ['override', 'underride', 'sender', 'room', 'content'] } as const
const ruleId = { type: 'string', minLength: 1, maxLength: 255 } as const
const params = { type: 'object', required: ['kind', 'ruleId'], properties: { kind, ruleId } } as const

export const getPushRules = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushrules/',
  aliases: ['/_matrix/client/v3/pushrules', '/_matrix/client/r0/pushrules/', '/_matrix/client/r0/pushrules'],
  access: 'user',
  summary: 'Gives all push rules of the user, under their only scope.',
  reference: 'client-server-api/#get_matrixclientv3pushrules',
  response: { type: 'object', required: ['global'], properties: { global: pushRuleset } },
})

export const getGlobalPushRules = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushrules/global/',
  aliases: ['/_matrix/client/v3/pushrules/global', '/_matrix/client/r0/pushrules/global/'],
  access: 'user',
  summary: 'Gives all push rules of the user.',
  reference: 'client-server-api/#get_matrixclientv3pushrulesglobal',
  response: pushRuleset,
})

export const getPushRule = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId'],
  access: 'user',
  summary: 'Gives one push rule.',
  reference: 'client-server-api/#get_matrixclientv3pushrulesglobalkindruleid',
  params,
  response: pushRule,
  errors: ['M_NOT_FOUND'],
})

export const putPushRule = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId'],
  access: 'user',
  summary: 'Adds a push rule of the user, or changes one; a new rule is enabled, and the first of its kind unless placed.',
  reference: 'client-server-api/#put_matrixclientv3pushrulesglobalkindruleid',
  rateLimited: true,
  params: {
    type: 'object',
    required: ['kind', 'ruleId'],
    properties: {
      kind,
      ruleId: { ...ruleId, pattern: '^[^./\\\\][^/\\\\]*$', description: 'No slash, no backslash, no leading dot.' },
    },
  },
  query: {
    type: 'object',
    properties: {
      before: { type: 'string', description: 'Place it right before this rule of the user.' },
      after: { type: 'string', description: 'Place it right after this rule of the user; `before` wins.' },
    },
  },
  body: {
    type: 'object',
    required: ['actions'],
    properties: {
      actions: { ...actions, maxItems: 100 },
      conditions: { ...conditions, maxItems: 100 },
      pattern: { type: 'string', maxLength: 1024 },
    },
  },
  response: { type: 'object' },
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM', 'M_MISSING_PARAM', 'M_UNKNOWN'],
})

export const deletePushRule = endpoint({
  method: 'DELETE',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId'],
  access: 'user',
  summary: "Removes a push rule of the user; the server's own rules can only be disabled.",
  reference: 'client-server-api/#delete_matrixclientv3pushrulesglobalkindruleid',
  params,
  response: { type: 'object' },
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export const getPushRuleEnabled = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId/enabled',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId/enabled'],
  access: 'user',
  summary: 'Tells whether a push rule is in force.',
  reference: 'client-server-api/#get_matrixclientv3pushrulesglobalkindruleidenabled',
  params,
  response: { type: 'object', required: ['enabled'], properties: { enabled: { type: 'boolean' } } },
  errors: ['M_NOT_FOUND'],
})

export const putPushRuleEnabled = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId/enabled',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId/enabled'],
  access: 'user',
  summary: 'Puts a push rule in force, or out of it.',
  reference: 'client-server-api/#put_matrixclientv3pushrulesglobalkindruleidenabled',
  params,
  body: { type: 'object', required: ['enabled'], properties: { enabled: { type: 'boolean' } } },
  response: { type: 'object' },
  errors: ['M_NOT_FOUND'],
})

export const getPushRuleActions = endpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId/actions',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId/actions'],
  access: 'user',
  summary: 'Tells what a push rule does.',
  reference: 'client-server-api/#get_matrixclientv3pushrulesglobalkindruleidactions',
  params,
  response: { type: 'object', required: ['actions'], properties: { actions } },
  errors: ['M_NOT_FOUND'],
})

export const putPushRuleActions = endpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/pushrules/global/:kind/:ruleId/actions',
  aliases: ['/_matrix/client/r0/pushrules/global/:kind/:ruleId/actions'],
  access: 'user',
  summary: "Changes what a push rule does; the server's own rules may be changed too.",
  reference: 'client-server-api/#put_matrixclientv3pushrulesglobalkindruleidactions',
  params,
  body: { type: 'object', required: ['actions'], properties: { actions: { ...actions, maxItems: 100 } } },
  response: { type: 'object' },
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
})

export type PushCondition = FromSchema<typeof pushCondition>
export type PushAction = FromSchema<typeof pushAction>
export type PushRule = FromSchema<typeof pushRule>
export type PushRuleset = FromSchema<typeof pushRuleset>
export type PushRuleKind = FromSchema<typeof kind>
