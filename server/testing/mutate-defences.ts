import { parseArgs } from 'node:util'
import type { Suite } from './mutation/mutation.ts'
import { mutationsOfCosts } from './mutation/mutations-of-costs.ts'
import { mutationsOfFetching } from './mutation/mutations-of-fetching.ts'
import { mutationsOfHistory } from './mutation/mutations-of-history.ts'
import { mutationsOfJson } from './mutation/mutations-of-json.ts'
import { mutationsOfReceipt } from './mutation/mutations-of-receipt.ts'
import { runMutations } from './mutation/run-mutations.ts'

const check = 'server/testing/mutation/check-tests.ts'
const imports = ['server', 'spec', 'package.json', 'ava.config.js', 'node_modules']

/**
 * `node server/testing/mutate-defences.ts [--only TEXT]`: takes every defence against what peers and clients send away in turn, and shows
 * that the tests named for it turn red. Ends with 1 where they do not.
 */
export const defenceSuites: readonly Suite[] = [
  { name: 'Receipt of events, against its tests', mutations: mutationsOfReceipt, check, imports },
  { name: 'Fetching from peers, against its tests', mutations: mutationsOfFetching, check, imports },
  { name: 'Histories that branch, against their tests', mutations: mutationsOfHistory, check, imports },
  { name: 'JSON, integers and sizes, against their tests', mutations: mutationsOfJson, check, imports },
  { name: 'Costs and server ACLs, against their tests', mutations: mutationsOfCosts, check, imports },
]

if (import.meta.main) await runMutations(defenceSuites, parseArgs({ options: { only: { type: 'string' } } }).values)
