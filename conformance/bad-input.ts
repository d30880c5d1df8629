import type { Endpoint } from '../spec/endpoint.ts'
import type { Schema } from '../spec/schema.ts'
import { table } from '../spec/table.ts'
import type { Stage } from './check.ts'
import type { Person } from './people.ts'

/** Every endpoint of the contract that anyone or any user may call, under a name for IDs; those of administrators are left out. */
export const getPublicEndpoints = (): [string, Endpoint][] =>
  Object.values(table)
    .flatMap((topic) => Object.entries(topic as { [name: string]: Endpoint }))
    .filter(([, { access }]) => access !== 'admin' && access !== 'server')
    .filter(([, { path }]) => path.startsWith('/_matrix/client/'))
    .map(([name, endpoint]) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), endpoint])

/** Values of path parameters, by name. */
export type Parameters = { readonly [name: string]: string }

const usual: Parameters = {
  deviceId: 'DEVICE',
  kind: 'content',
  receiptType: 'm.read',
  relType: 'm.thread',
  eventType: 'org.example.type',
  type: 'org.example.type',
  keyName: 'displayname',
  stateKey: '',
  filterId: '0',
}

/** What stands in the path of an endpoint: what is `known`, else what could be there. */
export const parametersOf = ({ path }: Endpoint, known: Parameters): Parameters => {
  const values: Parameters = { ...usual, roomIdOrAlias: known['roomId'] ?? 'x', ...known }
  return Object.fromEntries([...path.matchAll(/[:*](\w+)/g)].map(([, name = '']) => [name, values[name] ?? 'x']))
}

/** Path parameters that make sense for a person and a room of theirs; without these, ones that could be. */
export const inputFor = (endpoint: Endpoint, { serverName, unique }: Stage, person?: Person, roomId = `!room:${serverName}`): Parameters =>
  parametersOf(endpoint, {
    roomId,
    userId: person?.userId ?? `@someone:${serverName}`,
    eventId: `$${'a'.repeat(43)}`,
    roomAlias: `#${unique('alias')}:${serverName}`,
    txnId: unique('t'),
    ...(person && { deviceId: person.deviceId }),
  })

/** The least value that a schema accepts: required keys alone, empty strings where these are long enough. */
export const minimal = (schema: Schema): unknown => {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return minimal(schema.anyOf[0] ?? {})
  const { type, properties = {}, required = [], format } = schema
  if (type === 'object') return Object.fromEntries(required.map((key) => [key, minimal(properties[key] ?? {})]))
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => minimal(schema.items ?? {}))
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0
  if (type === 'boolean') return false
  if (type === 'null') return null
  const examples: { readonly [format: string]: string } = {
    'user-id': '@someone:elsewhere.test',
    'room-id': '!room:elsewhere.test',
    'event-id': `$${'a'.repeat(43)}`,
    'room-alias': '#alias:elsewhere.test',
    'room-id-or-alias': '!room:elsewhere.test',
  }
  return examples[format ?? ''] ?? 'x'.repeat(schema.minLength ?? 1)
}

/** A value of another type than the schema accepts; `undefined` where any type will do. */
export const mistyped = ({ type, enum: values, anyOf }: Schema): unknown =>
  anyOf !== undefined
    ? undefined
    : values !== undefined
      ? { not: 'one of these' }
      : type === undefined
        ? undefined
        : type === 'object'
          ? ['not', 'an', 'object']
          : { not: `a value of type ${type}` }
