import { join } from 'node:path'
import { findPythonClient, findPythonSynapse } from './python-client.ts'

/** Makes the Pythons that tests need, those that this machine has not got: below `.cache`, where `npm test` finds them. */
const cache = join(import.meta.dirname, '..', '..', '.cache')
const found = await Promise.all([findPythonClient(cache), findPythonSynapse(cache)])
for (const [at, name] of ['matrix-nio', 'matrix-synapse'].entries()) console.log(`${name}: ${found[at] ?? 'none is to be had'}`)
process.exitCode = found.includes(undefined) ? 1 : 0
