import { getServerVersion } from '../../spec/federation/version.ts'
import { check } from '../check.ts'
import { holds, present } from '../expect.ts'

export const versionChecks = [
  check(
    'federation/version',
    { clause: getServerVersion },
    'Anyone may ask for the name and the version of the implementation.',
    async ({ nobody }) => {
      const { server } = await nobody.ok(getServerVersion, {})
      const { name, version } = present(server, 'an object `server`')
      holds(present(name, 'a name').trim() !== '', 'a name that says something')
      holds(present(version, 'a version').trim() !== '', 'a version that says something')
    },
  ),
]
