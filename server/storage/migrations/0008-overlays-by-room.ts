import type { Migration } from './migration.ts'

/** A room's overlays, and how they stand on one another, without their entries. */
export const migration: Migration = {
  id: 8,
  name: 'overlays-by-room',
  up: () => ['CREATE INDEX overlay_by_room ON overlay (room_nid, nid, parent)'],
}
