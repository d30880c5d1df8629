import type { Migration } from './migration.ts'

/** A room's thread replies in their order, those that were taken back left out: no other event has an entry. */
export const migration: Migration = {
  id: 6,
  name: 'threads',
  up: () => ["CREATE INDEX event_in_threads ON event (room_nid, pos, relates_to) WHERE rel_type = 'm.thread' AND redacted_by IS NULL"],
}
