import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { templatedPath } from './emit.ts'
import type { Schema } from './schema.ts'
import { endpoints } from './table.ts'

/** The official OpenAPI files, as data: `MATRIX_SPEC_DATA` names the folder that holds `api/client-server` and `api/server-server`. */
const root = process.env.MATRIX_SPEC_DATA
const compare = root === undefined ? test.skip : test

// biome-ignore lint/suspicious/noExplicitAny: foreign YAML, of any shape.
type Yaml = any

/** The shape of an official schema as far as it is compared: property names and which are required. */
interface Shape {
  readonly names: Set<string>
  readonly required: Set<string>
}
interface Operation {
  readonly yaml: Yaml
  readonly file: Yaml
  readonly folder: string
}

const read = (file: string): Yaml => parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 })

/** What a reference within a file leads to; anything else as it is. */
const resolve = (node: Yaml, file: Yaml): Yaml =>
  typeof node?.$ref === 'string' && node.$ref.startsWith('#/')
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((inner: Yaml, name: string) => inner[name], file)
    : node

const shapeOf = (schema: Yaml, file: Yaml, folder: string, shape: Shape = { names: new Set(), required: new Set() }): Shape => {
  const here = resolve(schema, file)
  if (typeof here?.$ref === 'string') {
    const path = join(folder, here.$ref.split('#')[0])
    const next = read(path)
    shapeOf(next, next, dirname(path), shape)
  }
  for (const part of here?.allOf ?? []) shapeOf(part, file, folder, shape)
  for (const name of Object.keys(here?.properties ?? {})) shape.names.add(name)
  for (const name of here?.required ?? []) shape.required.add(name)
  return shape
}

const shapeOfContent = (part: Yaml, { file, folder }: Operation): Shape =>
  shapeOf(Object.values<Yaml>(resolve(part, file)?.content ?? {})[0]?.schema, file, folder)

const readOperations = (folder: string): Map<string, Operation> => {
  const operations = new Map<string, Operation>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
    const file = read(join(folder, name))
    const base: string = file.servers?.[0]?.variables?.basePath?.default ?? ''
    for (const [path, methods] of Object.entries<Yaml>(file.paths ?? {})) {
      for (const [method, yaml] of Object.entries<Yaml>(methods)) {
        // A path that has two forms of request stands twice, the second time with a space; the first form is ours.
        const key = `${method.toUpperCase()} ${base}${path}`.trim()
        if (!operations.has(key)) operations.set(key, { yaml, file, folder })
      }
    }
  }
  return operations
}

const operations = new Map(
  root === undefined ? [] : ['client-server', 'server-server'].flatMap((api) => [...readOperations(join(root, 'api', api))]),
)
const ofMatrix = endpoints
  .filter(({ endpoint }) => !endpoint.reference.includes('.md'))
  .map(({ endpoint }) => ({ endpoint, key: `${endpoint.method} ${templatedPath(endpoint.path)}` }))
type Served = (typeof served)[number]
const served = ofMatrix.flatMap(({ endpoint, key }) => {
  const official = operations.get(key)
  return official === undefined ? [] : [{ endpoint, key, ...official }]
})

/** Ours among Matrix's: keys with our prefix. */
const isOurs = (name: string) => name.startsWith('chat.hallway.')
const namesOf = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {}).filter((name) => !isOurs(name))

/** Where the contract knowingly differs from the official files, and why. */
const known: { readonly [difference: string]: string } = {
  'access optional, not anyone: GET /_matrix/client/v3/profile/{userId}':
    'a server may want a token here, so one that is sent must be good',
  'access optional, not anyone: GET /_matrix/client/v3/profile/{userId}/{keyName}': 'as for the whole profile',
  'access optional, not anyone: GET /_matrix/client/v3/publicRooms': 'the directory of an organisation may be for its members alone',
  'access optional, not user: GET /_matrix/client/v1/room_summary/{roomIdOrAlias}': 'the text lets a server answer without a token',
  'query server_name is ours alone: POST /_matrix/client/v3/join/{roomIdOrAlias}': 'the older name of `via`, which clients still send',
  'query server_name is ours alone: POST /_matrix/client/v3/knock/{roomIdOrAlias}': 'the older name of `via`, which clients still send',
  'response avatar_url is ours alone: GET /_matrix/client/v3/profile/{userId}/{keyName}': 'the file describes no field by name',
  'response displayname is ours alone: GET /_matrix/client/v3/profile/{userId}/{keyName}': 'as above',
  'response m.tz is ours alone: GET /_matrix/client/v3/profile/{userId}/{keyName}': 'as above',
  'response device_unused_fallback_key_types is ours alone: GET /_matrix/client/v3/sync': 'described in the text on encryption alone',
  'response redacts is ours alone: GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}': 'described with the redaction event',
}

/** What is in one list and not in the other, in words. */
const compareNames = (what: string, key: string, ours: Iterable<string>, theirs: Iterable<string>): string[] => {
  const [own, official] = [new Set(ours), new Set(theirs)]
  return [
    ...[...own].filter((name) => !official.has(name)).map((name) => `${what} ${name} is ours alone: ${key}`),
    ...[...official].filter((name) => !own.has(name)).map((name) => `${what} ${name} is missing: ${key}`),
  ]
}

const compareQuery = ({ endpoint, key, yaml, file }: Served): string[] => {
  const all: Yaml[] = (yaml.parameters ?? []).map((parameter: Yaml) => resolve(parameter, file))
  const official = all.filter((parameter) => parameter.in === 'query')
  const required = official.filter((parameter) => parameter.required)
  return [
    ...compareNames(
      'query',
      key,
      namesOf(endpoint.query),
      official.map(({ name }) => name),
    ),
    ...compareNames(
      'required query',
      key,
      endpoint.query?.required ?? [],
      required.map(({ name }) => name),
    ),
  ]
}

const compareBody = ({ endpoint, key, yaml, ...rest }: Served): string[] => {
  const official = shapeOfContent(yaml.requestBody, { yaml, ...rest })
  return [
    ...(yaml.requestBody !== undefined && endpoint.body === undefined ? [`body is not read: ${key}`] : []),
    ...compareNames('body', key, namesOf(endpoint.body), official.names),
    ...compareNames('required body', key, endpoint.body?.required ?? [], official.required),
  ]
}

const compareResponse = ({ endpoint, key, yaml, ...rest }: Served): string[] => {
  const official = shapeOfContent(yaml.responses?.['200'], { yaml, ...rest })
  return [
    ...compareNames('response', key, namesOf(endpoint.response), official.names),
    ...compareNames('required response', key, endpoint.response.required ?? [], official.required),
  ]
}

const compareManners = ({ endpoint, key, yaml }: Served): string[] => {
  const ways: Yaml[] = yaml.security ?? []
  const access = ways.length === 0 ? 'anyone' : ways.some((way) => Object.keys(way).length === 0) ? 'optional' : 'user'
  const added: unknown = yaml['x-addedInMatrixVersion']
  return [
    ...(endpoint.access === access ? [] : [`access ${endpoint.access}, not ${access}: ${key}`]),
    ...(added === undefined || endpoint.addedIn === `v${String(added)}` ? [] : [`added in ${String(added)}: ${key}`]),
    ...(yaml.responses?.['429'] !== undefined && endpoint.rateLimited !== true ? [`rate limit is missing: ${key}`] : []),
  ]
}

compare('every Matrix endpoint of the contract is in the specification', (t) => {
  t.deepEqual(
    ofMatrix.filter(({ key }) => !operations.has(key)).map(({ key }) => key),
    [],
  )
})

compare('names, requirements, access and limits of the endpoints are those of the specification, but for what is listed', (t) => {
  const found = served.flatMap((each) => [...compareQuery(each), ...compareBody(each), ...compareResponse(each), ...compareManners(each)])
  t.deepEqual(found.sort(), Object.keys(known).sort())
})
