import { compileEventFilter, type EventFilter } from '../protocol/event-filter.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isObject, own } from '../protocol/json-values.ts'
import type { SectionFilters } from './joined-section.ts'

/** A sync filter, ready to use. client-server-api/#post_matrixclientv3useruseridfilter */
export interface SyncFilter extends SectionFilters {
  readonly presence: EventFilter
  readonly globalAccountData: EventFilter
  readonly allowsRoom: (roomId: string) => boolean
  readonly includeLeave: boolean
}

const bounds = { defaultLimit: 10, maxLimit: 100 }
const object = (value: unknown): JsonObject => (isObject(value) ? value : {})

export function compileSyncFilter(filter: JsonObject): SyncFilter {
  const room = object(own(filter, 'room'))
  const compiled = (part: unknown) => compileEventFilter(object(part), bounds)
  const [timeline, state, ephemeral, accountData] = ['timeline', 'state', 'ephemeral', 'account_data'].map((name) =>
    compiled(own(room, name)),
  )
  const rooms = compiled({ rooms: own(room, 'rooms'), not_rooms: own(room, 'not_rooms') })
  return {
    timeline: timeline!,
    state: state!,
    ephemeral: ephemeral!,
    accountData: accountData!,
    presence: compiled(own(filter, 'presence')),
    globalAccountData: compiled(own(filter, 'account_data')),
    allowsRoom: rooms.allowsRoom,
    includeLeave: own(room, 'include_leave') === true,
  }
}

/** The filter of a sync that asks for none. */
export const openFilter = compileSyncFilter({})
