import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { carryRoomRules } from '../protocol/carry-room-rules.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import type { PushAction, PushRule, PushRuleKind, PushRuleset } from '../protocol/push-rule.ts'
import { readPushActions, readPushRule } from '../protocol/push-rule-input.ts'
import { changePushRule, findPushRule, pushRulesetOf, putPushRule, removePushRule, type PushRuleChanges } from '../protocol/push-rules.ts'
import { createInTurn } from './in-turn.ts'
import type { ReaderRulesInMemory } from './reader-rules.ts'

/** Which rule, of whom. */
export interface RuleName {
  readonly userId: UserId
  readonly kind: PushRuleKind
  readonly ruleId: string
}

/** People's push rules. client-server-api/#push-rules-api */
export interface PushRules {
  /** All rules, in the order in which they are asked. */
  all(userId: UserId): Promise<PushRuleset>
  /** @throws M_NOT_FOUND when there is none */
  get(name: RuleName): Promise<PushRule>
  /**
   * Adds one of the user's own, or changes it; `place` names a neighbour.
   * @throws M_INVALID_PARAM, M_UNKNOWN (400) for a neighbour that there is not, M_TOO_LARGE (400) for too many, or too large ones
   */
  put(name: RuleName, body: JsonObject, place: { readonly before?: string | undefined; readonly after?: string | undefined }): Promise<void>
  /** @throws M_NOT_FOUND when the user has none, M_INVALID_PARAM for one of the server's */
  remove(name: RuleName): Promise<void>
  /** @throws M_NOT_FOUND when there is none */
  setEnabled(name: RuleName, enabled: boolean): Promise<void>
  /** @throws M_NOT_FOUND when there is none, M_INVALID_PARAM */
  setActions(name: RuleName, actions: readonly unknown[]): Promise<void>
  /** Doubles the user's rules about one room for another, which has taken its place. @throws M_TOO_LARGE (400) */
  carry(userId: UserId, from: RoomId, to: RoomId): Promise<void>
}

interface Needs {
  rules: Pick<ReaderRulesInMemory, 'changesOf' | 'store'>
}

/** Bytes of JSON that a user's changes may have. */
const maxBytes = 65_536

export function createPushRules({ rules }: Needs): PushRules {
  const inTurn = createInTurn()

  const change = (userId: UserId, make: (changes: PushRuleChanges) => PushRuleChanges): Promise<void> =>
    inTurn(userId, async () => {
      const changes = make(await rules.changesOf(userId))
      if (Buffer.byteLength(JSON.stringify(changes)) > maxBytes) {
        throw new MatrixError(
          'M_TOO_LARGE',
          `Your push rules are too large; delete some, or shorten them: ${maxBytes} bytes are the most.`,
          { status: 400 },
        )
      }
      await rules.store(userId, changes)
    })

  return {
    all: async (userId) => pushRulesetOf(userId, await rules.changesOf(userId)),
    get: async ({ userId, kind, ruleId }) => findPushRule(userId, await rules.changesOf(userId), kind, ruleId),
    put: async ({ userId, kind, ruleId }, body, place) => {
      const rule = readPushRule(kind, ruleId, body)
      await change(userId, (changes) => putPushRule(changes, kind, rule, place))
    },
    remove: async ({ userId, kind, ruleId }) => {
      if (ruleId.startsWith('.')) {
        findPushRule(userId, await rules.changesOf(userId), kind, ruleId)
        throw new MatrixError('M_INVALID_PARAM', "The server's own rules stay; disable it instead.")
      }
      await change(userId, (changes) => removePushRule(changes, kind, ruleId))
    },
    setEnabled: ({ userId, kind, ruleId }, enabled) =>
      change(userId, (changes) => changePushRule(userId, changes, kind, ruleId, { enabled })),
    setActions: async ({ userId, kind, ruleId }, actions) => {
      const read: readonly PushAction[] = readPushActions(actions)
      await change(userId, (changes) => changePushRule(userId, changes, kind, ruleId, { actions: read }))
    },
    carry: async (userId, from, to) => {
      const present = await rules.changesOf(userId)
      if (carryRoomRules(present, from, to) !== present) await change(userId, (changes) => carryRoomRules(changes, from, to))
    },
  }
}
