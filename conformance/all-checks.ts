import type { Check } from './check.ts'
import { roomSendChecks } from './client/room-send.ts'

/** Every check, in reading order. */
export const allChecks: readonly Check[] = [
  ...roomSendChecks,
]
