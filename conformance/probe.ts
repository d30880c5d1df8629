import { whoAmI } from '../spec/client/account.ts'
import { getCapabilities, getVersions } from '../spec/client/discovery.ts'
import { setPresence, getPresence } from '../spec/client/ephemeral.ts'
import { searchUsers } from '../spec/client/search.ts'
import { type Feature, type MatrixVersion, minorOf } from './check.ts'
import { type Client, createClient } from './client.ts'
import { Unmet, shown } from './expect.ts'
import { type Admission, type Person, createPeople, registerOpenly } from './people.ts'
import { createWireLog } from './wire-log.ts'

/** What a server says of itself, and what it lets a stranger do; asked once, before the run. */
export interface Probed {
  readonly serverName: string
  readonly software: string
  readonly version: string
  /** The newest Matrix version it speaks. */
  readonly newest: MatrixVersion
  readonly features: ReadonlySet<Feature>
  readonly defaultRoomVersion: string
  readonly roomVersions: readonly string[]
  /** `undefined`: nobody can be registered. */
  readonly admission: Admission | undefined
}

interface Needs {
  readonly baseUrl: string
  readonly serverName: string | undefined
  readonly admission: Admission | undefined
  readonly sharedSecret: string | undefined
  readonly unique: (prefix: string) => string
}

/** @throws Unreachable when the server does not answer; Unmet when what answers is no Matrix server. */
export const probe = async ({ baseUrl, serverName, admission, sharedSecret, unique }: Needs): Promise<Probed> => {
  const client = createClient({ baseUrl, log: createWireLog() })
  const { versions, unstable_features: unstable = {} } = await client.as(undefined).ok(getVersions, {})
  const { person, admitted } = await firstPerson(client, admission, unique)
  const minor = Math.max(0, ...versions.map(minorOf))
  const features = new Set<Feature>()
  if (unstable['org.matrix.simplified_msc3575'] === true) features.add('sliding-sync')
  if (unstable['chat.hallway'] === true) features.add('chat.hallway')
  if (minor >= 16 || unstable['uk.tcpip.msc4133.stable'] === true) features.add('profile-fields')
  if (admitted?.by === 'registration' || (await isOpen(client, unique))) features.add('registration')
  if (admitted !== undefined && admitted.by !== 'tokens') features.add('passwords')
  if (sharedSecret !== undefined) features.add('shared-secret')
  if (person !== undefined && (await keepsPresence(person))) features.add('presence')
  if (person !== undefined && (await person.call(searchUsers, { body: { search_term: 'nobody' } })).status === 200)
    features.add('user-directory')
  const capabilities = person === undefined ? undefined : (await person.ok(getCapabilities, {})).capabilities['m.room_versions']
  const { name, version } = await softwareOf(client)
  return {
    serverName: serverName ?? (person === undefined ? new URL(baseUrl).hostname : person.userId.slice(person.userId.indexOf(':') + 1)),
    software: name,
    version,
    newest: `v1.${minor}`,
    features,
    admission: admitted,
    defaultRoomVersion: capabilities?.default ?? '1',
    roomVersions: Object.keys(capabilities?.available ?? { 1: 'stable' }),
  }
}

const firstPerson = async (
  client: Client,
  given: Admission | undefined,
  unique: Needs['unique'],
): Promise<{ person?: Person; admitted?: Admission }> => {
  const admission: Admission = given ?? { by: 'registration' }
  try {
    const [person] = await createPeople({ client, admission, roomVersion: undefined, patience: 1000, unique })('probe')
    await person.ok(whoAmI, {})
    return { person, admitted: admission }
  } catch (error) {
    if (given !== undefined)
      throw new Unmet(`Nobody could be admitted by ${given.by}: ${error instanceof Error ? error.message : shown(error)}`)
    if (error instanceof Unmet) return {}
    throw error
  }
}

/** Whether a stranger can register where people come otherwise. */
const isOpen = (client: Client, unique: Needs['unique']): Promise<boolean> =>
  registerOpenly(client, unique('probe'), 'a long enough passphrase').then(
    () => true,
    () => false,
  )

const keepsPresence = async (person: Person): Promise<boolean> => {
  const { userId } = person
  const set = await person.call(setPresence, { userId, body: { presence: 'online', status_msg: 'probing' } })
  const seen = await person.call(getPresence, { userId })
  return set.status === 200 && (seen.body as { status_msg?: string }).status_msg === 'probing'
}

const softwareOf = async (client: Client): Promise<{ name: string; version: string }> => {
  const { status, body } = await client.send({ method: 'GET', path: '/_matrix/federation/v1/version' })
  const server = status === 200 ? (body as { server?: { name?: string; version?: string } }).server : undefined
  return { name: server?.name ?? 'unknown', version: server?.version ?? 'unknown' }
}
