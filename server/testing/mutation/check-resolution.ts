import { resolveEvents } from '../../protocol/test-resolution.ts'
import { type ResolutionCase, resolutionCases } from '../../protocol/test-resolution-vectors.ts'
import { definitionFaults } from '../resolution-definitions.ts'
import { redExitCode } from './mutation.ts'

/** Ends with `redExitCode` at the first case of the vectors that resolves otherwise than it should, or set or order that is not as defined. */
const isWrong = ({ version, events, states, rejected, resolved }: ResolutionCase): boolean =>
  [states, states.toReversed()].some((order) => resolveEvents(version, events, order, rejected).state.join() !== resolved.join())

const orThrown = (what: string, find: () => string | undefined): string | undefined => {
  try {
    return find()
  } catch (error) {
    return `${what}: ${error}`
  }
}

function* faults(): Generator<string | undefined> {
  for (const one of resolutionCases()) {
    const what = `version ${one.version.id}: ${one.title}`
    yield orThrown(what, () => (isWrong(one) ? what : undefined))
  }
  for (let seed = 0; seed < 200; seed++) yield orThrown(`seed ${seed}`, () => definitionFaults(seed)[0])
}

const fault = faults().find((found) => found !== undefined)
if (fault !== undefined) {
  console.log(fault)
  process.exitCode = redExitCode
}
