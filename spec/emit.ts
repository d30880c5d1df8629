import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Endpoint } from './endpoint.ts'
import { errcodes, errorBody } from './errors.ts'
import * as liveSocket from './extensions/live-socket.ts'
import { interactiveChallenge } from './interactive-auth.ts'
import type { Schema } from './schema.ts'
import { endpoints, type TableEntry } from './table.ts'

type Json = { readonly [name: string]: unknown }
const folder = new URL('./openapi/', import.meta.url)

/** The version of Matrix that the contract follows. */
export const matrixVersion = 'v1.19'

/** Where a reference leads: into the Matrix specification, or into this folder. */
export const referenceUrl = (reference: string): string =>
  reference.includes('.md') ? `../${reference}` : `https://spec.matrix.org/${matrixVersion}/${reference}`

/** `/a/:b/*c` as OpenAPI writes it: `/a/{b}/{c}`. */
export const templatedPath = (path: string): string => path.replace(/[:*]([A-Za-z]+)/g, '{$1}')

const parameters = (schema: Schema | undefined, place: 'path' | 'query'): Json[] =>
  Object.entries(schema?.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (schema?.required ?? []).includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))

const json = (schema: unknown): Json => ({ 'application/json': { schema } })
const component = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

// An endpoint that names M_UNKNOWN means a request that it refuses, not a fault of the server.
const statusOf = (code: string): number => (code === 'M_UNKNOWN' ? 400 : errcodes[code as keyof typeof errcodes])

/** The answers that are not 200, by status; each names its errcodes. */
const refusals = ({ access, errors = [], interactive, rateLimited }: Endpoint): Json => {
  const codes = new Set<string>(errors)
  if (access === 'user' || access === 'admin') codes.add('M_MISSING_TOKEN').add('M_UNKNOWN_TOKEN')
  if (access === 'optional') codes.add('M_UNKNOWN_TOKEN')
  if (access === 'admin') codes.add('M_FORBIDDEN')
  if (rateLimited) codes.add('M_LIMIT_EXCEEDED')
  const byStatus: { [status: string]: string[] } = {}
  for (const code of codes) (byStatus[statusOf(code)] ??= []).push(code)
  if (interactive) byStatus[401] ??= []
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, names]) => [
      status,
      {
        description: [...names.map((name) => `\`${name}\``), ...(status === '401' && interactive ? ['a proof is wanted'] : [])].join(', '),
        content: json(
          status === '401' && interactive ? { anyOf: [component('InteractiveChallenge'), component('Error')] } : component('Error'),
        ),
      },
    ]),
  )
}

const security: { readonly [access in Endpoint['access']]: Json[] } = {
  anyone: [],
  optional: [{}, { accessToken: [] }],
  user: [{ accessToken: [] }],
  admin: [{ accessToken: [] }],
  server: [{ signature: [] }],
}

const operation = ({ topic, name, endpoint }: TableEntry): Json => ({
  operationId: name,
  tags: [topic],
  summary: endpoint.summary,
  externalDocs: { url: referenceUrl(endpoint.reference) },
  ...(endpoint.addedIn === undefined ? {} : { 'x-added-in': endpoint.addedIn }),
  ...(endpoint.aliases === undefined ? {} : { 'x-aliases': endpoint.aliases.map(templatedPath) }),
  ...(endpoint.access === 'admin' ? { 'x-admin': true } : {}),
  security: security[endpoint.access],
  parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
  ...(endpoint.body === undefined ? {} : { requestBody: { required: true, content: json(endpoint.body) } }),
  responses: {
    200: { description: 'Done.', content: json(endpoint.response) },
    ...refusals(endpoint),
  },
})

/** The contract as OpenAPI 3.1, for generators and readers of other languages. */
export const openApi = (): Json => {
  const paths: { [path: string]: { [method: string]: Json } } = {}
  for (const entry of endpoints) {
    const path = templatedPath(entry.endpoint.path)
    paths[path] = { ...paths[path], [entry.endpoint.method.toLowerCase()]: operation(entry) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'The API of Hallway',
      version: matrixVersion,
      description:
        'What is served of the Matrix client-server and server-server APIs, and the extensions to them. Unknown keys are allowed everywhere.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer' },
        signature: { type: 'http', scheme: 'X-Matrix', description: 'A request that the calling server has signed.' },
      },
      schemas: {
        Error: errorBody,
        InteractiveChallenge: interactiveChallenge,
        LiveSocketClientFrame: liveSocket.clientFrame,
        LiveSocketServerFrame: liveSocket.serverFrame,
      },
    },
  }
}

/** The table as it stands in the sources: a list of endpoints with topic and name, the errcodes, and the live socket. */
export const contract = (): Json => ({
  matrix: matrixVersion,
  errcodes,
  errorBody,
  endpoints: endpoints.map(({ topic, name, endpoint }) => ({ topic, name, ...endpoint })),
  liveSocket,
})

const text = (value: Json): string => `${JSON.stringify(value, undefined, 1)}\n`

/** File name → what it must hold now. The same sources give the same bytes. */
export const emitted = (): { readonly [name: string]: string } => ({
  'client.json': text(openApi()),
  'contract.json': text(contract()),
})

/** The files that are not what the sources say. */
export const staleFiles = (): string[] =>
  Object.entries(emitted())
    .filter(([name, wanted]) => {
      try {
        return readFileSync(new URL(name, folder), 'utf8') !== wanted
      } catch {
        return true
      }
    })
    .map(([name]) => name)

if (import.meta.main) {
  const stale = staleFiles()
  mkdirSync(folder, { recursive: true })
  const wanted = emitted()
  for (const name of stale) writeFileSync(new URL(name, folder), wanted[name] ?? '')
  console.log(stale.length === 0 ? 'spec/openapi is up to date.' : `Written: ${stale.map((name) => `spec/openapi/${name}`).join(', ')}`)
}
