import { clustered, positionKey, type Migration } from './migration.ts'

/**
 * Histories that branch. What an event cites is one row of numbers a state event, by room, since resolution reads a room's whole
 * graph at once; what the state before an event has otherwise than a version of the room's main line is an overlay.
 */
export const migration: Migration = {
  id: 7,
  name: 'forks',
  up: (engine) => [
    'ALTER TABLE event ADD COLUMN overlay BIGINT',
    'ALTER TABLE event ADD COLUMN met BIGINT',
    'ALTER TABLE event ADD COLUMN status INTEGER',
    `CREATE TABLE auth_cited (room_nid BIGINT NOT NULL, nid BIGINT NOT NULL, kind INTEGER NOT NULL, cited TEXT NOT NULL,
      PRIMARY KEY (room_nid, nid))${clustered(engine)}`,
    `INSERT INTO auth_cited (room_nid, nid, kind, cited)
      SELECT e.room_nid, e.nid,
        CASE e.type WHEN 'm.room.create' THEN 1 WHEN 'm.room.power_levels' THEN 2 WHEN 'm.room.join_rules' THEN 3
          WHEN 'm.room.member' THEN 4 WHEN 'm.room.third_party_invite' THEN 6 ELSE 0 END,
        COALESCE((SELECT ${engine === 'sqlite' ? 'group_concat(c.nid)' : "string_agg(c.nid::text, ',')"}
          FROM auth_edge a JOIN event c ON c.event_id = a.auth_id WHERE a.nid = e.nid), '')
      FROM event e WHERE e.skey_nid IS NOT NULL`,
    'DROP TABLE auth_edge',
    `CREATE TABLE overlay (nid ${positionKey(engine)}, room_nid BIGINT NOT NULL, base BIGINT NOT NULL, parent BIGINT, entries TEXT NOT NULL)`,
    `CREATE TABLE backward_extremity (room_nid BIGINT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (room_nid, event_id))${clustered(engine)}`,
    'CREATE INDEX event_unseen ON event (room_nid, status, nid) WHERE status IS NOT NULL',
    'CREATE INDEX event_by_target ON event (redacts) WHERE redacts IS NOT NULL',
  ],
}
