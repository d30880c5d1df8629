import { migration as rooms } from './0001-rooms.ts'
import { migration as accounts } from './0002-accounts.ts'
import type { Migration } from './migration.ts'

/** Every step, in order. */
export const migrations: readonly Migration[] = [rooms, accounts]
