/** In the order in which they are asked. client-server-api/#push-rules-1 */
export const pushRuleKinds = ['override', 'content', 'room', 'sender', 'underride'] as const
export type PushRuleKind = (typeof pushRuleKinds)[number]

export type PushAction = 'notify' | { readonly set_tweak: string; readonly value?: unknown }

/** A condition as clients write it; kinds that nobody knows never hold. */
export interface PushCondition {
  readonly kind: string
  readonly key?: string
  readonly pattern?: string
  readonly value?: unknown
  readonly is?: string
}

export interface PushRule {
  readonly rule_id: string
  /** One of the server's own, not the user's. */
  readonly default: boolean
  readonly enabled: boolean
  readonly actions: readonly PushAction[]
  /** With `override` and `underride`. */
  readonly conditions?: readonly PushCondition[]
  /** With `content`. */
  readonly pattern?: string
}

export type PushRuleset = { readonly [K in PushRuleKind]: readonly PushRule[] }
