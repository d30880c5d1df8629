import type { Filter } from '../../spec/client/account-data.ts'
import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { compileEventFilter } from '../protocol/event-filter.ts'
import { isObject } from '../protocol/json-values.ts'
import type { Database } from '../storage/database.ts'
import type { FilterStore } from '../storage/filters.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { createLru } from '../storage/lru.ts'

/** The filters that users keep; one that is kept never changes. client-server-api/#filtering */
export interface Filters {
  /** Keeps a filter, and gives its ID: the same filter has the same ID. @throws M_TOO_LARGE (400) for too many, or a too large one */
  keep(userId: UserId, filter: Filter): Promise<string>
  /** The same object each time while it is in memory, so that what is made of it can be kept beside it. @throws M_NOT_FOUND */
  get(userId: UserId, filterId: string): Promise<Filter>
}

interface Needs {
  database: Pick<Database, 'write'>
  store: FilterStore
  identifiers: Pick<Identifiers, 'user'>
}

const maxFilters = 1000
const maxBytes = 65_536

const tooMuch = (message: string) => new MatrixError('M_TOO_LARGE', message, { status: 400 })

/** The same text for the same filter, in whatever order its keys came. */
const textOf = (filter: Filter): string =>
  JSON.stringify(filter, (_key, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  )

/** Refuses now what no sync could use. @throws M_TOO_LARGE (400) */
const checkSections = ({ presence, account_data, room }: Filter): void => {
  for (const section of [presence, account_data, room?.account_data, room?.ephemeral, room?.state, room?.timeline])
    if (section !== undefined) compileEventFilter(section, { defaultLimit: 1, maxLimit: 1 })
}

export function createFilters({ database, store, identifiers }: Needs): Filters {
  const kept = createLru<string, Filter>(5000)
  return {
    keep: async (userId, filter) => {
      const text = textOf(filter)
      checkSections(filter)
      if (Buffer.byteLength(text) > maxBytes) throw tooMuch(`Make the filter smaller: ${maxBytes} bytes of JSON are the most.`)
      const userNid = await identifiers.user(userId)
      const filterId = (await store.numberOf(userNid, text)) ?? (await database.write((tx) => store.add(tx, userNid, text, maxFilters)))
      if (filterId === undefined)
        throw tooMuch(`You keep ${maxFilters} filters by now, which is the most; use one of them, or give the filter with the sync.`)
      return String(filterId)
    },
    get: async (userId, filterId) => {
      const name = `${userId} ${filterId}`
      const known = kept.get(name)
      if (known !== undefined) return known
      const text = /^[1-9][0-9]{0,8}$/.test(filterId) ? await store.find(await identifiers.user(userId), Number(filterId)) : undefined
      if (text === undefined) throw new MatrixError('M_NOT_FOUND', 'You keep no such filter.')
      const filter = JSON.parse(text) as Filter
      kept.set(name, filter)
      return filter
    },
  }
}
