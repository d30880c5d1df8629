import { getCapabilities, getVersions, getWellKnown } from '../../spec/client/discovery.ts'
import { createRoom } from '../../spec/client/rooms.ts'
import { whoAmI } from '../../spec/client/account.ts'
import { check } from '../check.ts'
import { refusal } from '../client.ts'
import { equal, holds, present, shown } from '../expect.ts'

const cors = 'client-server-api/#web-browser-clients'
const errors = 'client-server-api/#api-standards'

const assertCors = (headers: Headers) => {
  equal(headers.get('access-control-allow-origin'), '*', 'Access-Control-Allow-Origin')
}

export const discoveryChecks = [
  check(
    'discovery/versions-without-a-token',
    { clause: getVersions },
    'Anyone may ask for the versions, which are those of releases, such as v1.11 or r0.6.1.',
    async ({ nobody }) => {
      const { versions } = await nobody.ok(getVersions, {})
      holds(versions.length > 0, 'at least one version')
      for (const version of versions) holds(/^(v\d+\.\d+|r0\.\d+\.\d+)$/.test(version), `the name of a release, not ${version}`)
    },
  ),
  check(
    'discovery/versions-are-listed-once',
    { clause: getVersions, level: 'should' },
    'No version is listed twice.',
    async ({ nobody }) => {
      const { versions } = await nobody.ok(getVersions, {})
      equal(new Set(versions).size, versions.length, 'The number of different versions')
    },
  ),
  check(
    'discovery/capabilities-name-a-default-room-version',
    { clause: getCapabilities },
    'The default room version is one of those available.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { capabilities } = await alice.ok(getCapabilities, {})
      const versions = present(capabilities['m.room_versions'], 'the capability m.room_versions')
      holds(versions.default in versions.available, `${versions.default} among ${shown(Object.keys(versions.available))}`)
      equal(versions.available[versions.default], 'stable', 'The stability of the default')
    },
  ),
  check(
    'discovery/rooms-have-the-default-version',
    { clause: createRoom, about: [getCapabilities] },
    'A room that is made without a version has the one that the capabilities call the default.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { capabilities } = await alice.ok(getCapabilities, {})
      const { room_id: roomId } = await alice.ok(createRoom, { body: {} })
      const { room_version: version } = await alice.stateContent(roomId, 'm.room.create')
      equal(version, capabilities['m.room_versions']?.default, 'The version of the room')
    },
  ),
  check(
    'discovery/capabilities-need-a-token',
    { clause: getCapabilities },
    'Capabilities are those of a user: without a token there is no answer.',
    async ({ nobody }) => {
      await nobody.refused(getCapabilities, {}, 401, 'M_MISSING_TOKEN')
    },
  ),
  check(
    'discovery/well-known-leads-here',
    { clause: getWellKnown, level: 'may' },
    'The well-known file, if there is one, names the base URL of a homeserver.',
    async ({ nobody }) => {
      const { status, body } = await nobody.call(getWellKnown, {})
      holds(status === 200 || status === 404, `200 or 404, not ${status}`)
      if (status === 404) return
      const { 'm.homeserver': server } = await nobody.ok(getWellKnown, {})
      holds(/^https?:\/\/[^/]/.test(server.base_url), `a URL in ${shown(body)}`)
    },
  ),
  check(
    'discovery/cors-on-an-answer',
    { clause: cors, about: [getVersions] },
    'A page of any origin may read answers.',
    async ({ nobody }) => {
      const { status, headers } = await nobody.call(getVersions, {})
      equal(status, 200, 'The status')
      assertCors(headers)
    },
  ),
  check(
    'discovery/cors-on-an-error',
    { clause: cors, about: [whoAmI] },
    'A page of any origin may read refusals too.',
    async ({ nobody }) => {
      const { status, headers } = await nobody.call(whoAmI, {})
      equal(status, 401, 'The status')
      assertCors(headers)
    },
  ),
  check(
    'discovery/cors-preflight',
    { clause: cors },
    'A preflight is answered with success, and allows the methods and headers that clients use.',
    async ({ nobody }) => {
      const { status, headers } = await nobody.raw({
        method: 'OPTIONS',
        path: whoAmI.path,
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      holds(status === 200 || status === 204, `200 or 204, not ${status}`)
      assertCors(headers)
      const methods = headers.get('access-control-allow-methods')?.toUpperCase() ?? ''
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) holds(methods.includes(method), `${method} among ${methods}`)
      const allowed = headers.get('access-control-allow-headers')?.toLowerCase() ?? ''
      for (const name of ['authorization', 'content-type']) holds(allowed.includes(name), `${name} among ${allowed}`)
    },
  ),
  ...(['/_matrix/client/v3/no/such/path', '/_matrix/no-such-api', '/_matrix/client/v99/sync'] as const).map((path, index) =>
    check(
      `discovery/unknown-path-${index + 1}`,
      { clause: errors },
      `A path that is no endpoint (${path}) answers 404 M_UNRECOGNIZED.`,
      async ({ nobody }) => {
        refusal(await nobody.raw({ method: 'GET', path }), 404, 'M_UNRECOGNIZED', path)
      },
    ),
  ),
]
