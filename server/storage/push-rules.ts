import type { UserId } from '../../spec/identifiers.ts'
import type { PushRuleChanges } from '../protocol/push-rules.ts'
import { fromColumn } from './column-text.ts'
import type { Database } from './database.ts'

/** What a user has made of the default push rules, as the user's account data of type `m.push_rules` keeps it. */
export interface KeptPushRules {
  readonly userId: UserId
  readonly userNid: number
  readonly changes: PushRuleChanges
}

/** The push rules of everybody who has changed any, by pages. */
export interface PushRulePages {
  /** Those of users with numbers above `after`, in their order. */
  page(after: number, limit: number): Promise<readonly KeptPushRules[]>
}

/** @param database where the account data lie */
export const createPushRulePages = (database: Database): PushRulePages => ({
  page: async (after, limit) => {
    const rows = await database.read<{ user_id: string; user_nid: number; content: string }>(
      `SELECT u.user_id, a.user_nid, a.content FROM account_data a JOIN user_id u ON u.nid = a.user_nid
       WHERE a.type = 'm.push_rules' AND a.room_nid = 0 AND a.user_nid > $1 ORDER BY a.user_nid LIMIT $2`,
      [after, limit],
    )
    return rows.map(({ user_id, user_nid, content }) => ({
      userId: fromColumn(user_id) as UserId,
      userNid: user_nid,
      changes: JSON.parse(content) as PushRuleChanges,
    }))
  },
})
