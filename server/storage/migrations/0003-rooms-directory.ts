import { clustered, type Migration } from './migration.ts'

/**
 * What people find rooms by: aliases, the published directory, the one conversation of a set of people, and the rooms that
 * everyone is in. An alias without a room is claimed for one that is being made.
 */
export const migration: Migration = {
  id: 3,
  name: 'rooms-directory',
  up: (engine) => [
    `CREATE TABLE room_alias (alias TEXT PRIMARY KEY, room_id TEXT, creator TEXT NOT NULL, created_ts BIGINT NOT NULL)${clustered(engine)}`,
    'CREATE INDEX room_alias_by_room ON room_alias (room_id)',
    'CREATE TABLE published_room (room_nid BIGINT PRIMARY KEY)',
    `CREATE TABLE direct_room (people_hash TEXT PRIMARY KEY, room_id TEXT NOT NULL)${clustered(engine)}`,
    `CREATE TABLE mandatory_room (room_id TEXT PRIMARY KEY)${clustered(engine)}`,
  ],
}
