import { clustered, positionKey, type Migration } from './migration.ts'

/**
 * The commit log, rooms, events and state as intervals of validity.
 * Text that may hold NUL is written by `column-text.ts`; all other columns of an event can be rebuilt from its body.
 */
export const migration: Migration = {
  id: 1,
  name: 'rooms',
  up: (engine) => [
    'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)',
    'CREATE TABLE log_head (id INTEGER PRIMARY KEY, pos BIGINT NOT NULL)',
    'INSERT INTO log_head (id, pos) VALUES (1, 0)',
    `CREATE TABLE user_id (nid ${positionKey(engine)}, user_id TEXT NOT NULL UNIQUE)`,
    `CREATE TABLE room (nid ${positionKey(engine)}, room_id TEXT NOT NULL UNIQUE, version TEXT NOT NULL)`,
    `CREATE TABLE room_head (room_nid ${positionKey(engine)}, state_version BIGINT NOT NULL, depth BIGINT NOT NULL,
      extremities TEXT NOT NULL, pos BIGINT NOT NULL, bump BIGINT NOT NULL)`,
    `CREATE TABLE state_key (nid ${positionKey(engine)}, type TEXT NOT NULL, state_key TEXT NOT NULL, UNIQUE (type, state_key))`,
    `CREATE TABLE event (nid ${positionKey(engine)}, event_id TEXT NOT NULL, room_nid BIGINT NOT NULL, pos BIGINT,
      type TEXT NOT NULL, skey_nid BIGINT, sender_nid BIGINT NOT NULL, depth BIGINT NOT NULL, ts BIGINT NOT NULL,
      state_before BIGINT NOT NULL, class INTEGER NOT NULL, rel_type TEXT, relates_to TEXT, redacts TEXT,
      device_nid BIGINT, txn_id TEXT, redacted_by BIGINT)`,
    'CREATE UNIQUE INDEX event_by_id ON event (event_id)',
    'CREATE INDEX event_by_room ON event (room_nid, pos, class, sender_nid)',
    'CREATE INDEX event_by_relation ON event (relates_to, rel_type, pos) WHERE relates_to IS NOT NULL',
    `CREATE UNIQUE INDEX event_by_transaction ON event (device_nid, txn_id, room_nid, type, COALESCE(redacts, ''))
      WHERE txn_id IS NOT NULL`,
    `CREATE TABLE event_json (nid ${positionKey(engine)}, body TEXT NOT NULL)`,
    `CREATE TABLE edge (nid BIGINT NOT NULL, prev_id TEXT NOT NULL, PRIMARY KEY (nid, prev_id))${clustered(engine)}`,
    `CREATE TABLE auth_edge (nid BIGINT NOT NULL, auth_id TEXT NOT NULL, PRIMARY KEY (nid, auth_id))${clustered(engine)}`,
    `CREATE TABLE state_interval (room_nid BIGINT NOT NULL, skey_nid BIGINT NOT NULL, v_from BIGINT NOT NULL, v_to BIGINT,
      event_nid BIGINT NOT NULL, PRIMARY KEY (room_nid, skey_nid, v_from))${clustered(engine)}`,
    'CREATE UNIQUE INDEX state_current ON state_interval (room_nid, skey_nid) WHERE v_to IS NULL',
    'CREATE INDEX state_by_version ON state_interval (room_nid, v_from)',
    `CREATE TABLE state_version (room_nid BIGINT NOT NULL, version BIGINT NOT NULL, pos BIGINT NOT NULL,
      PRIMARY KEY (room_nid, version))${clustered(engine)}`,
    `CREATE TABLE membership (room_nid BIGINT NOT NULL, user_nid BIGINT NOT NULL, membership TEXT NOT NULL,
      event_nid BIGINT NOT NULL, since BIGINT NOT NULL, joined_before INTEGER NOT NULL, forgotten INTEGER NOT NULL, PRIMARY KEY (room_nid, user_nid))${clustered(engine)}`,
    'CREATE INDEX membership_by_user ON membership (user_nid, membership)',
    'CREATE INDEX membership_by_room ON membership (room_nid, membership)',
    `CREATE TABLE mention (user_nid BIGINT NOT NULL, room_nid BIGINT NOT NULL, nid BIGINT NOT NULL, highlight INTEGER NOT NULL,
      PRIMARY KEY (user_nid, room_nid, nid))${clustered(engine)}`,
    `CREATE TABLE receipt (room_nid BIGINT NOT NULL, user_nid BIGINT NOT NULL, type TEXT NOT NULL, thread TEXT NOT NULL,
      event_id TEXT NOT NULL, event_pos BIGINT NOT NULL, ts BIGINT NOT NULL, pos BIGINT NOT NULL,
      PRIMARY KEY (room_nid, user_nid, type, thread))${clustered(engine)}`,
    'CREATE INDEX receipt_by_pos ON receipt (room_nid, pos)',
    `CREATE TABLE account_data (user_nid BIGINT NOT NULL, room_nid BIGINT NOT NULL, type TEXT NOT NULL,
      content TEXT NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY (user_nid, room_nid, type))${clustered(engine)}`,
    'CREATE INDEX account_data_by_pos ON account_data (user_nid, pos)',
  ],
}
