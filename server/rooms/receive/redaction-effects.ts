import type { EventId } from '../../../spec/identifiers.ts'
import type { Event } from '../../protocol/event.ts'
import { isEventId } from '../../protocol/identifiers.ts'
import { ownString } from '../../protocol/json-values.ts'
import { redactionApplies } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { EventStore } from '../../storage/events.ts'
import type { Room } from '../room.ts'
import type { LookupAt, StateKeys } from './state-lookups.ts'
import type { StateRef, StateRefs } from './state-refs.ts'

/** What redactions do that come from elsewhere, before or after what they take away. rooms/v11/#handling-redactions */
export interface RedactionEffects {
  /** Whether a redaction takes effect now: what it names is held, and its sender may take that away. */
  takesEffect(room: Room, redaction: Event, before: StateRef): Promise<boolean>
  /** The number of a redaction that came before the event and takes its content away. */
  cameBefore(room: Room, event: Event): Promise<number | undefined>
}

interface Needs {
  events: Pick<EventStore, 'byId'>
  eventGraph: Pick<EventGraph, 'redactionsOf'>
  stateRefs: Pick<StateRefs, 'before'>
  lookupAt: LookupAt
}

/** The event that a redaction names; the version says where. */
export const targetOf = (version: RoomVersion, { pdu }: Event): EventId | undefined => {
  if (pdu.type !== 'm.room.redaction') return undefined
  const target = ownString(version.redactsInContent ? pdu.content : pdu, 'redacts')
  return isEventId(target) ? target : undefined
}

const decidesPower: StateKeys = [
  ['m.room.create', ''],
  ['m.room.power_levels', ''],
]

export function createRedactionEffects({ events, eventGraph, stateRefs, lookupAt }: Needs): RedactionEffects {
  const mayRedact = async (room: Room, redactor: string, author: string, before: StateRef): Promise<boolean> =>
    // v1: 11 has judged it.
    room.version.redactionsJudgedByRules || redactionApplies(room.version, redactor, author, await lookupAt(room, before, decidesPower))

  return {
    takesEffect: async (room, redaction, before) => {
      const targetId = targetOf(room.version, redaction)
      const target = targetId === undefined ? undefined : await events.byId(targetId)
      return target !== undefined && target.roomNid === room.nid && mayRedact(room, redaction.pdu.sender, target.sender, before)
    },
    cameBefore: async (room, event) => {
      for (const { nid, sender, place } of await eventGraph.redactionsOf(room.nid, event.eventId)) {
        const before = await stateRefs.before(place)
        if (before !== undefined && (await mayRedact(room, sender, event.pdu.sender, before))) return nid
      }
      return undefined
    },
  }
}
