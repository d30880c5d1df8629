import test from 'ava'
import type { Requester } from '../../http/route.ts'
import { discoveryRoutes } from './discovery.ts'

const alice: Requester = { userId: '@alice:hs', deviceId: 'D', deviceNid: 1, admin: false, tokenHash: 'hash' }

/** What the route of a path answers. */
const answer = (path: string, { baseUrl }: { baseUrl?: string } = {}): Promise<object> => {
  const space = { room_id: '!space' } as const
  const routes = discoveryRoutes({
    baseUrl,
    changePassword: false,
    extensionCapabilities: async (userId) => (userId === alice.userId ? { 'chat.hallway.space': space } : {}),
  })
  return routes.find(({ endpoint }) => endpoint.path === path)!.handle({ requester: alice }) as Promise<object>
}

test('versions are releases, each once, up to the present one', async (t) => {
  const { versions, unstable_features } = (await answer('/_matrix/client/versions')) as unknown as {
    versions: string[]
    unstable_features: object
  }
  t.deepEqual([versions[0], versions.at(-1), new Set(versions).size], ['v1.1', 'v1.19', versions.length])
  t.deepEqual(unstable_features, { 'org.matrix.simplified_msc3575': true, 'chat.hallway': true })
})

test('the address is told where it is known', async (t) => {
  t.deepEqual(await answer('/.well-known/matrix/client', { baseUrl: 'https://chat.example' }), {
    'm.homeserver': { base_url: 'https://chat.example' },
  })
  await t.throwsAsync(answer('/.well-known/matrix/client'), { message: /does not tell/ })
})

test('capabilities name room versions with a stable default, and what is ours', async (t) => {
  const { capabilities } = (await answer('/_matrix/client/v3/capabilities')) as { capabilities: { [name: string]: unknown } }
  t.deepEqual(capabilities['m.room_versions'], {
    default: '12',
    available: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i + 1, 'stable'])),
  })
  t.deepEqual(capabilities['m.change_password'], { enabled: false })
  t.deepEqual(capabilities['chat.hallway.space'], { room_id: '!space' })
})
