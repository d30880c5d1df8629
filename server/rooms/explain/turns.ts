import type { StateTurn } from '../../../spec/admin/room-explanation.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { KeyChange, NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import { type ExplainedRoom, notedEvent } from './noted.ts'

/** The last places where branches met and the state turned, or something lost. */
export type FindTurns = (room: ExplainedRoom, limit: number) => Promise<StateTurn[]>

interface Needs {
  history: RoomHistory
  eventGraph: Pick<EventGraph, 'keyTexts'>
}

const changesShown = 20

/** Whether an event's arrival made the version that it met: else that is an older one, which it left as it was. */
export const madeItsVersion = async (history: RoomHistory, { roomNid, met, pos }: NotedRow): Promise<boolean> =>
  met !== undefined && pos !== undefined && pos > 0 && (await history.positionOf(roomNid, met)) === pos

export function createFindTurns({ history, eventGraph }: Needs): FindTurns {
  const changed = async (changes: readonly KeyChange[]): Promise<StateTurn['changed']['shown']> => {
    const texts = await eventGraph.keyTexts(changes.map(({ skeyNid }) => skeyNid))
    const events = await history.noted(changes.flatMap(({ before, after }) => [before, after]).filter((nid) => nid > 0))
    return changes.map(({ skeyNid, before, after }) => {
      const [old, young] = [events.get(before)?.eventId, events.get(after)?.eventId]
      const { type, stateKey } = texts.get(skeyNid)!
      return { type, state_key: stateKey, ...(old !== undefined && { before: old }), ...(young !== undefined && { after: young }) }
    })
  }

  return async (room, limit) => {
    const nids = await history.ofStatus(room.nid, [eventStatus.turning, eventStatus.past], limit)
    const rows = await history.noted(nids)
    const turns: StateTurn[] = []
    for (const nid of nids) {
      const row = rows.get(nid)!
      const { count, changes } = (await madeItsVersion(history, row))
        ? await history.changes(room.nid, row.met!, changesShown)
        : { count: 0, changes: [] }
      turns.push({ event: notedEvent(row), version: row.met ?? row.stateBefore, changed: { count, shown: await changed(changes) } })
    }
    return turns
  }
}
