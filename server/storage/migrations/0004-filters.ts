import { clustered, type Migration } from './migration.ts'

/** Filters that clients keep, the same one once; and the way to everybody's push rules, which are read at the start. */
export const migration: Migration = {
  id: 4,
  name: 'filters',
  up: (engine) => [
    `CREATE TABLE filter (user_nid BIGINT NOT NULL, filter_id BIGINT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (user_nid, filter_id), UNIQUE (user_nid, hash))${clustered(engine)}`,
    "CREATE INDEX account_data_push_rules ON account_data (user_nid) WHERE type = 'm.push_rules' AND room_nid = 0",
  ],
}
