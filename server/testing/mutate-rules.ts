import { parseArgs } from 'node:util'
import { mutationsOfLevels } from './mutation/mutations-of-levels.ts'
import { mutationsOfMembers } from './mutation/mutations-of-members.ts'
import { mutationsOfResolution } from './mutation/mutations-of-resolution.ts'
import { mutationsOfRules } from './mutation/mutations-of-rules.ts'
import type { Suite } from './mutation/mutation.ts'
import { runMutations } from './mutation/run-mutations.ts'

/** `node server/testing/mutate-rules.ts [--only TEXT]`: breaks every rule and every step of resolution in turn and shows that the vectors notice. Ends with 1 where they do not. */
export const mutationSuites: readonly Suite[] = [
  {
    name: 'Authorisation rules against spec/vectors/auth-rules.json',
    mutations: [...mutationsOfRules, ...mutationsOfMembers, ...mutationsOfLevels],
    check: 'server/testing/mutation/check-auth-rules.ts',
  },
  {
    name: 'State resolution against spec/vectors/state-resolution.json and its definitions',
    mutations: mutationsOfResolution,
    check: 'server/testing/mutation/check-resolution.ts',
  },
]

if (import.meta.main) await runMutations(mutationSuites, parseArgs({ options: { only: { type: 'string' } } }).values)
