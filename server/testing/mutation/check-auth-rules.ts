import { isRight, type Trial, trialsOf } from '../../protocol/test-auth-vectors.ts'
import { readAuthVectors } from '../rule-coverage.ts'
import { redExitCode } from './mutation.ts'

/** Ends with `redExitCode` at the first case of the vectors that the rules decide otherwise than they should. */
const wrong = (trial: Trial): boolean => {
  try {
    return !isRight(trial)
  } catch {
    return true
  }
}

const found = trialsOf(readAuthVectors()).find(wrong)
if (found !== undefined) {
  console.log(`version ${found.version}, ${found.rule}: ${found.title}`)
  process.exitCode = redExitCode
}
