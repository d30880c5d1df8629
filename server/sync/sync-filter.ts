import { compileEventFields, type EventFields } from '../protocol/event-fields.ts'
import { compileEventFilter, type EventFilter } from '../protocol/event-filter.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isObject, isStringArray, own } from '../protocol/json-values.ts'
import type { SectionFilters } from './joined-section.ts'

/** A sync filter, ready to use. client-server-api/#post_matrixclientv3useruseridfilter */
export interface SyncFilter extends SectionFilters {
  readonly presence: EventFilter
  readonly globalAccountData: EventFilter
  readonly allowsRoom: (roomId: string) => boolean
  readonly includeLeave: boolean
  /** What is kept of the events of rooms; `undefined`: all of it. */
  readonly eventFields: EventFields | undefined
}

const bounds = { defaultLimit: 10, maxLimit: 100 }
const object = (value: unknown): JsonObject => (isObject(value) ? value : {})

export function compileSyncFilter(filter: JsonObject): SyncFilter {
  const room = object(own(filter, 'room'))
  const fields = own(filter, 'event_fields')
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
    // A list that names nothing asks for nothing in particular: more may be given than was asked for.
    eventFields: isStringArray(fields) && fields.length > 0 ? compileEventFields(fields) : undefined,
  }
}

/** The filter of a sync that asks for none. */
export const openFilter = compileSyncFilter({})
