import type { Schema } from '../../spec/schema.ts'
import { isEvent, type Json, walked } from './walk.ts'

/** An answer as it passes the proxy. */
export interface Passing {
  readonly status: number
  readonly body: Json
}

/** What the proxy knows when it breaks an answer. */
export interface Circumstances {
  readonly method: string
  readonly query: URLSearchParams
  readonly schema: Schema
  /** Events that this check's answers and sends have shown so far. */
  readonly remembered: readonly { readonly [key: string]: Json }[]
}

/** One way of being wrong. */
export interface Mutation {
  readonly name: string
  /** `meaning` leaves the answer well-formed: only a check that looks at what is said can tell. */
  readonly kind: 'meaning' | 'form'
  /** What a write becomes: kept from the server, or sent twice. */
  readonly write?: 'lost' | 'doubled'
  /** What becomes of the headers of an answer that say what a page of another origin may do. */
  readonly headers?: 'lost'
  /** What becomes of the code with which a socket is closed. */
  readonly close?: 'normal'
  /** The broken answer; `undefined` where this way cannot apply. */
  readonly breaks?: (answer: Passing, circumstances: Circumstances) => Passing | undefined
}

const ids = new Set(['event_id', 'room_id', 'redacts', 'replacement_room'])
const people = new Set(['sender', 'user_id', 'creator', 'state_key'])
const tokens = new Set([
  'next_batch',
  'prev_batch',
  'start',
  'end',
  'pos',
  'access_token',
  'refresh_token',
  'session',
  'txn_id',
  'filter_id',
])
const described = new Set([
  'type',
  'errcode',
  'membership',
  'rel_type',
  'rule_id',
  'kind',
  'msgtype',
  'device_id',
  ...ids,
  ...people,
  ...tokens,
])

const succeeded = ({ status }: Passing) => status >= 200 && status < 300

/** Applies only to answers of success, and only if something has changed by it. */
const changing = (name: string, change: (body: Json, circumstances: Circumstances) => Json): Mutation => ({
  name,
  kind: 'meaning',
  breaks: (answer, circumstances) => {
    if (!succeeded(answer)) return undefined
    const body = change(answer.body, circumstances)
    return JSON.stringify(body) === JSON.stringify(answer.body) ? undefined : { ...answer, body }
  },
})

const otherId = (id: string): string => (/^[$!#@]/.test(id) ? `${id[0]}zz${id.slice(1)}` : `${id}z`)

const leaves =
  (chosen: (key: string) => boolean, other: (value: null | boolean | number | string) => Json) =>
  (body: Json): Json =>
    walked(body, { leaf: (value, key) => (chosen(key) ? other(value) : value) })

const arrays =
  (change: (values: Json[]) => Json[]) =>
  (body: Json): Json =>
    walked(body, { array: change })

const staleTokens = (body: Json, { query }: Circumstances): Json => {
  const old = query.get('since') ?? query.get('from') ?? query.get('pos')
  return walked(body, {
    object: (object) =>
      Object.fromEntries(
        Object.entries(object).flatMap(([key, value]) =>
          !tokens.has(key) || typeof value !== 'string' ? [[key, value]] : old === null ? [] : [[key, old]],
        ),
      ),
  })
}

const withoutOptional = (body: Json, { schema }: Circumstances): Json =>
  typeof body !== 'object' || body === null || Array.isArray(body)
    ? body
    : Object.fromEntries(Object.entries(body).filter(([key]) => schema.required?.includes(key)))

/** Slips events of earlier answers into the arrays where events stand, or could stand. */
const leaking = (body: Json, { remembered }: Circumstances): Json =>
  walked(body, {
    object: (object) =>
      Object.fromEntries(
        Object.entries(object).map(([key, value]) => {
          if (!Array.isArray(value) || !['chunk', 'events', 'timeline', 'events_before', 'events_after', 'results'].includes(key))
            return [key, value]
          const there = new Set(value.map((one) => JSON.stringify((one as { event_id?: Json } | null)?.event_id)))
          return [key, [...value, ...remembered.filter((event) => !there.has(JSON.stringify(event['event_id'])))]]
        }),
      ),
  })

const withTypes = (body: Json, { schema }: Circumstances): Json =>
  typeof body !== 'object' || body === null || Array.isArray(body)
    ? 'not what it was'
    : Object.fromEntries(
        Object.entries(body).map(([key, value]) => [
          key,
          schema.properties?.[key] === undefined ? value : Array.isArray(value) ? 'text' : ['a', 1],
        ]),
      )

/** Every way, those first that only a check's own sense can notice. */
export const mutations: readonly Mutation[] = [
  { name: 'lost write', kind: 'meaning', write: 'lost' },
  changing(
    'lost last element',
    arrays((values) => values.slice(0, -1)),
  ),
  changing(
    'lost first element',
    arrays((values) => values.slice(1)),
  ),
  changing(
    'doubled elements',
    arrays((values) => values.flatMap((value) => [value, value])),
  ),
  changing(
    'reversed order',
    arrays((values) => [...values].reverse()),
  ),
  changing(
    'wrong content',
    leaves(
      (key) => !described.has(key),
      (value) => (typeof value === 'string' ? `${value}z` : value),
    ),
  ),
  changing(
    'wrong number',
    leaves(
      () => true,
      (value) => (typeof value === 'number' ? value + 1 : value),
    ),
  ),
  changing(
    'wrong flag',
    leaves(
      () => true,
      (value) => (typeof value === 'boolean' ? !value : value),
    ),
  ),
  changing(
    'wrong user',
    leaves(
      (key) => people.has(key),
      (value) => (typeof value === 'string' && value.startsWith('@') ? otherId(value) : value),
    ),
  ),
  changing(
    'wrong ID',
    leaves(
      (key) => ids.has(key),
      (value) => (typeof value === 'string' ? otherId(value) : value),
    ),
  ),
  changing(
    'wrong kind',
    leaves(
      (key) => described.has(key) && !ids.has(key) && !people.has(key) && !tokens.has(key),
      (value) => (typeof value === 'string' ? `${value}z` : value),
    ),
  ),
  changing('lost optional fields', withoutOptional),
  changing('lost content', (body) => walked(body, { object: (object, key) => (key === 'content' || key === 'unsigned' ? {} : object) })),
  changing('lost maps', (body) =>
    walked(body, {
      object: (object, key) => (['join', 'invite', 'leave', 'rooms', 'joined', 'tags', 'lists'].includes(key) ? {} : object),
    }),
  ),
  changing('stale token', staleTokens),
  changing('leaked events', leaking),
  { name: 'doubled write', kind: 'meaning', write: 'doubled' },
  changing('events without unsigned', (body) =>
    walked(body, {
      object: (object) => (isEvent(object) ? Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'unsigned')) : object),
    }),
  ),
  { name: 'lost headers', kind: 'meaning', headers: 'lost' },
  { name: 'sockets closed as if all were well', kind: 'meaning', close: 'normal' },
  { name: 'refusal turned into success', kind: 'meaning', breaks: (answer) => (succeeded(answer) ? undefined : { status: 200, body: {} }) },
  {
    name: 'wrong errcode',
    kind: 'meaning',
    breaks: (answer) =>
      succeeded(answer) || typeof answer.body !== 'object'
        ? undefined
        : { ...answer, body: { ...(answer.body as object), errcode: 'M_WRONG' } },
  },
  {
    name: 'wrong status of a refusal',
    kind: 'meaning',
    breaks: (answer) => (succeeded(answer) ? undefined : { ...answer, status: answer.status === 418 ? 400 : 418 }),
  },
  { name: 'breakdown', kind: 'form', breaks: () => ({ status: 500, body: { errcode: 'M_UNKNOWN', error: 'Broken on purpose.' } }) },
  {
    name: 'success turned into refusal',
    kind: 'form',
    breaks: (answer) => (succeeded(answer) ? { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'Broken on purpose.' } } : undefined),
  },
  {
    name: 'mistyped fields',
    kind: 'form',
    breaks: (answer, circumstances) => (succeeded(answer) ? { ...answer, body: withTypes(answer.body, circumstances) } : undefined),
  },
  { name: 'missing fields', kind: 'form', breaks: (answer) => (succeeded(answer) ? { ...answer, body: {} } : undefined) },
]
