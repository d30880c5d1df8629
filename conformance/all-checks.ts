import type { Check } from './check.ts'
import { accountChecks } from './client/account.ts'
import { deviceChecks } from './client/devices.ts'
import { discoveryChecks } from './client/discovery.ts'
import { loginChecks } from './client/login.ts'
import { profileChecks } from './client/profile.ts'
import { registrationChecks } from './client/registration.ts'
import { roomSendChecks } from './client/room-send.ts'

/** Every check, in reading order. */
export const allChecks: readonly Check[] = [
  ...discoveryChecks, ...registrationChecks, ...loginChecks, ...accountChecks, ...deviceChecks, ...profileChecks,
  ...roomSendChecks,
]
