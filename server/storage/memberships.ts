import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { serverNameOf } from '../protocol/identifiers.ts'
import { fromColumn } from './column-text.ts'
import type { Database } from './database.ts'

export type Membership = 'join' | 'invite' | 'leave' | 'ban' | 'knock'

/** A user's place in a room. */
export interface RoomMembership {
  readonly roomId: RoomId
  readonly roomNid: number
  readonly membership: Membership
  /** The position at which the member event became the user's; as a rule that of the event. */
  readonly changedAt: number
  /** The position at which this membership began; changes of name since do not count. */
  readonly since: number
  /** Whether the user was ever joined, so that there is a past to show. */
  readonly joinedBefore: boolean
  readonly forgotten: boolean
  /** The position of the room's last message when this was read; 0 where that is not known. */
  readonly bump: number
}

export interface MembershipStore {
  /** All of a user's rooms, the left and forgotten among them. */
  ofUser(userNid: number): Promise<RoomMembership[]>
  /** The users with one of these memberships, in the order in which they came. */
  inRoom(roomNid: number, memberships: readonly Membership[], limit?: number): Promise<{ userId: UserId; membership: Membership }[]>
  /** Joined users of a server, in no order; so many at most. */
  joinedOf(roomNid: number, serverName: string, limit: number): Promise<UserId[]>
  counts(roomNid: number): Promise<{ readonly [membership in Membership]: number }>
  /** Hides a left room from the user's lists. False: they never had a membership of it. */
  forget(roomNid: number, userNid: number): Promise<boolean>
}

interface Row {
  room_id: string
  room_nid: number
  membership: Membership
  event_nid: number
  since: number
  joined_before: number
  forgotten: number
  bump: number | null
}

export function createMembershipStore(database: Database): MembershipStore {
  return {
    ofUser: async (userNid) => {
      const rows = await database.read<Row>(
        `SELECT r.room_id, m.room_nid, m.membership, m.event_nid, m.since, m.joined_before, m.forgotten, h.bump
        FROM membership m JOIN room r ON r.nid = m.room_nid LEFT JOIN room_head h ON h.room_nid = m.room_nid WHERE m.user_nid = $1`,
        [userNid],
      )
      return rows.map((row) => ({
        roomId: row.room_id as RoomId,
        roomNid: row.room_nid,
        membership: row.membership,
        changedAt: row.event_nid,
        since: row.since,
        joinedBefore: row.joined_before === 1,
        forgotten: row.forgotten === 1,
        bump: row.bump ?? 0,
      }))
    },
    inRoom: async (roomNid, memberships, limit) => {
      const places = memberships.map((_, i) => `$${i + 2}`).join(', ')
      const rows = await database.read<{ user_id: string; membership: Membership }>(
        `SELECT u.user_id, m.membership FROM membership m
        JOIN user_id u ON u.nid = m.user_nid WHERE m.room_nid = $1 AND m.membership IN (${places}) ORDER BY m.event_nid
        ${limit === undefined ? '' : `LIMIT ${Math.trunc(limit)}`}`,
        [roomNid, ...memberships],
      )
      return rows.map(({ user_id, membership }) => ({ userId: fromColumn(user_id) as UserId, membership }))
    },
    joinedOf: async (roomNid, serverName, limit) => {
      const rows = await database.read<{ user_id: string }>(
        `SELECT u.user_id FROM membership m JOIN user_id u ON u.nid = m.user_nid
        WHERE m.room_nid = $1 AND m.membership = 'join' AND u.user_id LIKE $2 LIMIT $3`,
        [roomNid, `%:${serverName}`, limit],
      )
      // One engine's LIKE does not tell small letters from large ones.
      return rows.map(({ user_id }) => fromColumn(user_id) as UserId).filter((userId) => serverNameOf(userId) === serverName)
    },
    counts: async (roomNid) => {
      const rows = await database.read<{ membership: Membership; n: number }>(
        'SELECT membership, COUNT(*) AS n FROM membership WHERE room_nid = $1 GROUP BY membership',
        [roomNid],
      )
      const counts = { join: 0, invite: 0, leave: 0, ban: 0, knock: 0 }
      for (const { membership, n } of rows) counts[membership] = n
      return counts
    },
    forget: (roomNid, userNid) =>
      database.write(async (tx) => {
        const sql = 'UPDATE membership SET forgotten = 1 WHERE room_nid = $1 AND user_nid = $2 RETURNING room_nid'
        return (await tx.query(sql, [roomNid, userNid])).length > 0
      }),
  }
}
