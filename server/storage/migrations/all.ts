import { migration as rooms } from './0001-rooms.ts'
import { migration as accounts } from './0002-accounts.ts'
import { migration as roomsDirectory } from './0003-rooms-directory.ts'
import { migration as filters } from './0004-filters.ts'
import { migration as redactedTexts } from './0005-redacted-texts.ts'
import { migration as threads } from './0006-threads.ts'
import { migration as forks } from './0007-forks.ts'
import { migration as overlaysByRoom } from './0008-overlays-by-room.ts'
import { migration as offTheLine } from './0009-off-the-line.ts'
import type { Migration } from './migration.ts'

/** Every step, in order. */
export const migrations: readonly Migration[] = [
  rooms,
  accounts,
  roomsDirectory,
  filters,
  redactedTexts,
  threads,
  forks,
  overlaysByRoom,
  offTheLine,
]
