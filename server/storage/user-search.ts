import type { UserId } from '../../spec/identifiers.ts'
import { inList } from './connection.ts'
import type { Database } from './database.ts'

/** Somebody to be found. */
export interface Person {
  readonly userId: UserId
  readonly displayName: string | undefined
  readonly avatarUrl: string | undefined
}

/** What the search for people reads. */
export interface UserSearchStore {
  /** A text that changes when accounts come or go. */
  version(): Promise<string>
  /** The accounts in use, visitors of the website aside. */
  people(): Promise<Person[]>
  /** Those of the users that somebody shares a room with, or could meet in a public one; `joinRulesNid` is the number of that state key. */
  meetable(userNid: number, joinRulesNid: number, userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>
}

interface Row {
  user_id: UserId
  field: string | null
  value: string | null
}

const inUse = "deactivated_ts IS NULL AND a.user_id NOT LIKE '@visitor-%'"

export function createUserSearchStore(database: Database): UserSearchStore {
  const text = (value: string | null | undefined): string | undefined => {
    const parsed: unknown = value === null || value === undefined ? undefined : JSON.parse(value)
    return typeof parsed === 'string' ? parsed : undefined
  }
  return {
    version: async () => {
      const [row] = await database.read<{ n: number; latest: number | null }>(
        `SELECT COUNT(*) AS n, MAX(created_ts) AS latest FROM account a WHERE ${inUse}`,
      )
      return `${row?.n} ${row?.latest}`
    },
    people: async () => {
      const rows = await database.read<Row>(`SELECT a.user_id, p.field, p.value FROM account a
        LEFT JOIN profile_field p ON p.user_id = a.user_id AND p.field IN ('displayname', 'avatar_url') WHERE ${inUse}`)
      const found = new Map<UserId, { displayname?: string | null; avatar_url?: string | null }>()
      for (const { user_id, field, value } of rows) {
        const entry = found.get(user_id) ?? {}
        if (field === 'displayname' || field === 'avatar_url') entry[field] = value
        found.set(user_id, entry)
      }
      return [...found].map(([userId, { displayname, avatar_url }]) => ({
        userId,
        displayName: text(displayname),
        avatarUrl: text(avatar_url),
      }))
    },
    meetable: async (userNid, joinRulesNid, userIds) => {
      const rows = await database.read<{ user_id: UserId }>(
        `SELECT DISTINCT u.user_id FROM user_id u
        JOIN membership m ON m.user_nid = u.nid AND m.membership = 'join' WHERE u.user_id ${inList(database.engine, '$1', 'text')} AND (
          EXISTS (SELECT 1 FROM membership s WHERE s.room_nid = m.room_nid AND s.user_nid = $2 AND s.membership = 'join')
          OR EXISTS (SELECT 1 FROM published_room p WHERE p.room_nid = m.room_nid)
          OR EXISTS (SELECT 1 FROM state_interval i JOIN event_json j ON j.nid = i.event_nid
            WHERE i.room_nid = m.room_nid AND i.skey_nid = $3 AND i.v_to IS NULL AND j.body LIKE '%"join_rule":"public"%'))`,
        [JSON.stringify(userIds), userNid, joinRulesNid],
      )
      return new Set(rows.map((row) => row.user_id))
    },
  }
}
