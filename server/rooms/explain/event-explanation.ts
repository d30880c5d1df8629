import type { EventExplanation } from '../../../spec/admin/room-explanation.ts'
import type { EventId } from '../../../spec/identifiers.ts'
import { citedIds, type Citation, type Event } from '../../protocol/event.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { RoomFigures } from '../../storage/room-figures.ts'
import type { NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { keysToJudge } from '../receive/judge-arrival.ts'
import type { LookupStored } from '../receive/state-lookups.ts'
import type { StateRef, StateRefs } from '../receive/state-refs.ts'
import type { ChecksOf } from './event-checks.ts'
import { type ExplainedRoom, notedEvent, notedInOrder, standingOf } from './noted.ts'
import type { ExplainState } from './state-loss.ts'

/** Tells how an event stands, and why. */
export type ExplainEvent = (room: ExplainedRoom, nid: number) => Promise<EventExplanation>

interface Needs {
  history: RoomHistory
  figures: Pick<RoomFigures, 'entriesAt'>
  eventGraph: EventGraph
  stateRefs: StateRefs
  lookupStored: LookupStored
  checksOf: ChecksOf
  explainState: ExplainState
}

const citedMost = 50
const redactionsMost = 20

const hiddenBecause = ({ status, pos }: NotedRow): string | undefined => {
  if (status === eventStatus.outlier) return 'It is held for what cites it alone.'
  if (status === eventStatus.rejected) return 'It was rejected.'
  if (status === eventStatus.softFailed) return 'It was soft-failed.'
  if (status === eventStatus.withheld)
    return 'It is a redaction without effect: what it names is not held, or its sender may not redact that.'
  if (status === eventStatus.dummy) return 'It only lets branches meet.'
  return pos === undefined ? 'No timeline has it.' : undefined
}

export function createExplainEvent(needs: Needs): ExplainEvent {
  const { history, figures, eventGraph, stateRefs, lookupStored, checksOf, explainState } = needs

  const cited = async (room: ExplainedRoom, citations: readonly Citation[]): Promise<EventExplanation['prev_events']> => {
    const ids = citedIds(citations).slice(0, citedMost)
    const places = await eventGraph.places(ids)
    const rows = await history.noted([...places.values()].map(({ nid }) => nid))
    return ids.map((eventId) => {
      const row = rows.get(places.get(eventId)?.nid ?? 0)
      if (row === undefined || row.roomNid !== room.nid) return { event_id: eventId, held: false }
      const { type, stateKey, status } = row
      return { event_id: eventId, held: true, type, ...(stateKey !== undefined && { state_key: stateKey }), standing: standingOf(status) }
    })
  }

  const entriesIn = async (roomNid: number, { version, overlay }: StateRef): Promise<number> => {
    const line = await figures.entriesAt(roomNid, version)
    if (overlay === undefined) return line
    const beneath = await stateRefs.valuesAt(roomNid, { version, overlay: undefined }, [...overlay.entries.keys()])
    const standing = (nids: Iterable<number>): number => [...nids].filter((nid) => nid > 0).length
    return line - standing(beneath.values()) + standing(overlay.entries.values())
  }

  const stateBefore = async (room: ExplainedRoom, row: NotedRow, event: Event): Promise<Pick<EventExplanation, 'state_before'>> => {
    const ref = await stateRefs.before(row)
    if (ref === undefined) return {}
    const keys = keysToJudge(room.version, event)
    const lookup = await lookupStored(room.nid, ref, keys)
    return {
      state_before: {
        version: ref.version,
        entries: await entriesIn(room.nid, ref),
        overlay_entries: ref.overlay?.entries.size ?? 0,
        overlay_layers: ref.overlay?.layers ?? 0,
        relevant: keys.map(([type, stateKey]) => {
          const found: EventId | undefined = lookup(type, stateKey)?.eventId
          return { type, state_key: stateKey, ...(found !== undefined && { event_id: found }) }
        }),
      },
    }
  }

  const redactions = async (room: ExplainedRoom, row: NotedRow) => {
    const [by] = row.redactedBy === undefined ? [] : await notedInOrder(history, [row.redactedBy])
    const held = (await eventGraph.redactionsOf(room.nid, row.eventId)).map(({ nid }) => nid)
    const without = held.filter((nid) => nid !== row.redactedBy).slice(0, redactionsMost)
    return { ...(by !== undefined && { redacted_by: by }), redactions_without_effect: await notedInOrder(history, without) }
  }

  return async (room, nid) => {
    const row = (await history.noted([nid])).get(nid)!
    const event = (await eventGraph.events([nid])).get(nid)!
    const hidden = hiddenBecause(row)
    return {
      event: notedEvent(row),
      in_timeline: row.pos !== undefined,
      shown: hidden === undefined,
      ...(hidden !== undefined && { hidden_because: hidden }),
      prev_events: await cited(room, event.pdu.prev_events),
      auth_events: await cited(room, event.pdu.auth_events),
      checks: await checksOf(room, row, event),
      ...(await redactions(room, row)),
      ...(await stateBefore(room, row, event)),
      ...(row.skeyNid !== undefined && { state: await explainState(room, row, row.skeyNid) }),
    }
  }
}
