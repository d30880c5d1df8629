import type { Event } from '../../protocol/event.ts'
import type { Known } from './naive-state.ts'

/**
 * The mainline ordering of events, based on a power levels event; `undefined` where the state has none: its mainline is empty.
 * rooms/v2/#definitions
 */
export const mainlineOrder = (known: Known, powerLevels: Event | undefined, events: readonly Event[]): Event[] => {
  const mainline: Event[] = []
  for (let at = powerLevels; at !== undefined; at = powerLevelsCited(known, at)) mainline.push(at)

  const positions = new Map<Event, number>()
  for (const event of events) positions.set(event, positionOf(known, event, mainline))
  return events.toSorted((x, y) => {
    const [position, other] = [positions.get(x) as number, positions.get(y) as number]
    if (position !== other) return position > other ? -1 : 1
    if (x.pdu.origin_server_ts !== y.pdu.origin_server_ts) return x.pdu.origin_server_ts - y.pdu.origin_server_ts
    return x.eventId < y.eventId ? -1 : 1
  })
}

/** The place in the mainline of the first power levels event above this one that is there; infinite where none is. */
const positionOf = (known: Known, event: Event, mainline: readonly Event[]): number => {
  for (let at = powerLevelsCited(known, event); at !== undefined; at = powerLevelsCited(known, at)) {
    if (mainline.includes(at)) return mainline.indexOf(at)
  }
  return Number.POSITIVE_INFINITY
}

const powerLevelsCited = (known: Known, event: Event): Event | undefined =>
  known.authEventsOf(event).find(({ pdu }) => pdu.type === 'm.room.power_levels')
