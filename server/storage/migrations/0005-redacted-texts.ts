import type { Migration } from './migration.ts'

/** Which redacted events still have their text on disk: the index holds those alone, so it is as small as they are few. */
export const migration: Migration = {
  id: 5,
  name: 'redacted-texts',
  up: () => [
    'ALTER TABLE event ADD COLUMN text_erased INTEGER',
    'CREATE INDEX event_to_erase ON event (redacted_by) WHERE redacted_by IS NOT NULL AND text_erased IS NULL',
  ],
}
