import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { staleFiles, templatedPath } from './emit.ts'
import type { Endpoint } from './endpoint.ts'
import { errcodes } from './errors.ts'
import type { Schema } from './schema.ts'
import { endpoints } from './table.ts'

const pages = ['client-server-api/', 'server-server-api/', 'application-service-api/', 'push-gateway-api/', 'appendices/', 'rooms/']
const label = ({ method, path }: Endpoint) => `${method} ${path}`
const parameterNames = (path: string) => [...path.matchAll(/[:*]([A-Za-z]+)/g)].map(([, name]) => name ?? '')

/** The anchors that a Markdown file gives its headings. */
const headings = (file: string): string[] =>
  [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/^#+ +(.+)$/gm)].map(([, title = '']) =>
    title
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  )

/** Calls `visit` on a schema and on all within it. */
const walk = (schema: Schema, visit: (schema: Schema) => void): void => {
  visit(schema)
  const within = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    schema.items,
    schema.propertyNames,
    typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  ]
  for (const inner of within) if (inner !== undefined) walk(inner, visit)
}

test('the emitted files are what the sources say', (t) => {
  t.deepEqual(staleFiles(), [], 'Run `npm run spec` and commit what it writes.')
})

test('every endpoint that a topic exports is in the table, under its own topic', async (t) => {
  const exported: string[] = []
  for (const folder of ['client', 'federation', 'extensions', 'admin']) {
    const files = readdirSync(new URL(`./${folder}/`, import.meta.url)).filter((name) => /^[a-z-]+\.ts$/.test(name))
    for (const file of files) {
      const topic: { [name: string]: unknown } = await import(`./${folder}/${file}`)
      for (const [name, value] of Object.entries(topic)) {
        if (typeof value === 'object' && value !== null && 'method' in value) exported.push(`${folder}/${file.slice(0, -3)} ${name}`)
      }
    }
  }
  t.deepEqual(endpoints.map(({ topic, name }) => `${topic} ${name}`).sort(), exported.sort())
})

test('no two endpoints answer to the same method and path, and no two share a name', (t) => {
  const seen = new Map<string, string>()
  for (const { name, endpoint } of endpoints) {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      const key = `${endpoint.method} ${path.replace(/:[A-Za-z]+/g, ':')}`
      t.false(seen.has(key), `${name} and ${seen.get(key)} both answer to ${key}`)
      seen.set(key, name)
    }
  }
  t.is(new Set(endpoints.map(({ name }) => name)).size, endpoints.length)
})

test('the parameters of a path are declared and required, and its aliases know no others', (t) => {
  for (const { endpoint } of endpoints) {
    const names = parameterNames(endpoint.path).sort()
    t.deepEqual(Object.keys(endpoint.params?.properties ?? {}).sort(), names, label(endpoint))
    for (const alias of endpoint.aliases ?? []) {
      t.true(
        parameterNames(alias).every((name) => names.includes(name)),
        `${label(endpoint)} as ${alias}`,
      )
    }
  }
})

test('a required parameter is one that no spelling of the path leaves out', (t) => {
  for (const { endpoint } of endpoints) {
    const spellings = [endpoint.path, ...(endpoint.aliases ?? [])].map(parameterNames)
    const always = parameterNames(endpoint.path).filter((name) => spellings.every((names) => names.includes(name)))
    t.deepEqual([...(endpoint.params?.required ?? [])].sort(), always.sort(), label(endpoint))
  }
})

test('a reference leads to a known page: to the anchor of this very operation, or to a heading of ours', (t) => {
  for (const { endpoint } of endpoints) {
    const [page = '', anchor = ''] = endpoint.reference.split('#')
    if (page.endsWith('.md')) t.true(headings(`./${page}`).includes(anchor), `${label(endpoint)}: no heading for ${endpoint.reference}`)
    else
      t.true(
        pages.some((known) => page.startsWith(known)),
        `${label(endpoint)}: ${endpoint.reference}`,
      )
    if (!/^(get|put|post|delete)_/.test(anchor)) continue
    t.is(anchor, endpoint.method.toLowerCase() + endpoint.path.toLowerCase().replace(/[^a-z0-9_-]/g, ''), label(endpoint))
  }
})

test('a GET reads no body, and every summary is one sentence', (t) => {
  for (const { endpoint } of endpoints) {
    if (endpoint.method === 'GET') t.is(endpoint.body, undefined, label(endpoint))
    t.regex(endpoint.summary, /^[A-Z][^\n]{10,}[.A-Z0-9]$/, label(endpoint))
  }
})

test('every errcode that an endpoint names is known, and none stands twice', (t) => {
  for (const { endpoint } of endpoints) {
    const named = endpoint.errors ?? []
    t.deepEqual(
      named.filter((code) => !(code in errcodes)),
      [],
      label(endpoint),
    )
    t.is(new Set(named).size, named.length, label(endpoint))
  }
})

test('schemas require only what they describe, and give a type to what they limit', (t) => {
  for (const { endpoint } of endpoints) {
    for (const part of [endpoint.params, endpoint.query, endpoint.body, endpoint.response]) {
      if (part === undefined) continue
      walk(part, (schema) => {
        for (const name of schema.required ?? []) t.true(name in (schema.properties ?? {}), `${label(endpoint)}: ${name}`)
        if (schema.pattern !== undefined) t.notThrows(() => new RegExp(schema.pattern ?? '', 'u'), label(endpoint))
        const limits = ['pattern', 'format', 'maxLength', 'minimum', 'maximum', 'items', 'properties'] as const
        if (limits.some((limit) => schema[limit] !== undefined)) t.not(schema.type, undefined, label(endpoint))
      })
    }
  }
})

test('the paths of the OpenAPI file have their parameters in braces', (t) => {
  t.is(templatedPath('/_matrix/client/v3/rooms/:roomId/event/:eventId'), '/_matrix/client/v3/rooms/{roomId}/event/{eventId}')
  t.is(templatedPath('/files/*rest'), '/files/{rest}')
})
