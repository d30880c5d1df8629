import type { Migration } from './migration.ts'

/** A room's last event off the main line: beyond what somebody may see of the line, they may still see some of those. */
export const migration: Migration = {
  id: 9,
  name: 'off the line',
  up: () => ['CREATE INDEX event_off_line ON event (room_nid, pos) WHERE met IS NOT NULL AND pos IS NOT NULL'],
}
