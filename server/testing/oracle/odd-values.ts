import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Chance } from '../room-graphs/chance.ts'

/** People of three servers, the founder first. */
export const people = ['@alice:one', '@bob:one', '@carol:two', '@dave:two', '@erin:three', '@frank:one'] as const

/** User IDs of the historical grammar, that nobody chooses today. */
const oddities = ['@:one', '@UPPER:one', '@al ice:one', '@x:one:80', '@x:[::1]', '@é:two', '@a/b=c:10.0.0.1'] as const

/** Texts that are no user IDs, or hardly. */
const nobodies = ['nobody', '@bad', '', '@', '@x:', 'alice:one', '#room:one', '@x:o ne', '@x:one:99999', '@x:[::g]', '@x\0:one']

/** A user ID of the people, or, seldom, another that is well-formed. */
export const sender = (chance: Chance, oddness = 0.02): string => (chance.in(oddness) ? chance.pick(oddities) : chance.pick(people))

/** A user ID of the people, or, seldom, anything. */
export const someone = (chance: Chance, oddness = 0.04): string =>
  chance.in(oddness) ? chance.pick([...nobodies, ...oddities]) : chance.pick(people)

const anything: readonly unknown[] = [null, true, false, [], {}, '', 'text', 0, 1, [1], { a: 1 }, '__proto__']

/** A new value of any type, for where a certain type is wanted. */
export const oddValue = (chance: Chance): unknown => structuredClone(chance.pick(anything))

const levels = [-1, 0, 0, 1, 25, 49, 50, 50, 50, 51, 75, 99, 100, 100, 101, -100]
const extremes = [2 ** 53 - 1, -(2 ** 53 - 1)]
const texts = ['50', '0', ' 50 ', '+50', '-5', '050', '100', '\t7\n', '99']
const oddTexts = [
  '5.5',
  '',
  ' ',
  'abc',
  '1e2',
  '0x10',
  '٥٠',
  '1_0',
  '+ 5',
  '--5',
  '9007199254740992',
  '99999999999999999999',
  '5\u00a0',
  'Infinity',
  'NaN',
  '५',
]
const floats = [50.5, 49.999, -0.5, 0.5, 99.9, 100.1, 1e20, -1e20, 2 ** 53, 1e300]

/** A power level: mostly a sound one near those that decide. `oddness`: the share of those that are something else. */
export const level = (chance: Chance, version: RoomVersion, oddness = 0.1): unknown => {
  if (!chance.in(oddness)) return chance.pick(levels)
  switch (chance.between(0, 5)) {
    case 0:
      return chance.pick(extremes)
    case 1:
    case 2:
      return chance.pick(texts)
    case 3:
      return chance.pick(oddTexts)
    case 4:
      return version.strictIntegers ? chance.pick(levels) : chance.pick(floats)
    default:
      return oddValue(chance)
  }
}
