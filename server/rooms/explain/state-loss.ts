import type { EventExplanation, StateLoss } from '../../../spec/admin/room-explanation.ts'
import type { StateEntries } from '../../storage/state-entries.ts'
import type { NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { ExplainMeeting } from './meeting.ts'
import { type ExplainedRoom, notedEvent } from './noted.ts'

type StateOf = NonNullable<EventExplanation['state']>

/** Tells whether a state event counts, and if not, when and why it lost its place. */
export type ExplainState = (room: ExplainedRoom, row: NotedRow, skeyNid: number) => Promise<StateOf>

interface Needs {
  history: RoomHistory
  stateEntries: Pick<StateEntries, 'at'>
  explainMeeting: ExplainMeeting
}

const stretchesShown = 20

export function createExplainState({ history, stateEntries, explainMeeting }: Needs): ExplainState {
  const noted = async (nid: number | undefined): Promise<NotedRow | undefined> =>
    nid === undefined || nid === 0 ? undefined : (await history.noted([nid])).get(nid)

  const winnerAt = async (room: ExplainedRoom, version: number, skeyNid: number): Promise<number> =>
    (await stateEntries.at(room.nid, version, [skeyNid])).get(skeyNid) ?? 0

  /** It lost at a version that the arrival of `by` made or left as it was. */
  const lostTo = async (room: ExplainedRoom, by: NotedRow, version: number, skeyNid: number): Promise<StateLoss> => {
    const deed = { version, by: notedEvent(by) }
    if (by.met === undefined) return { how: 'replaced', ...deed, why: 'A later event took its place.' }
    const winner = await winnerAt(room, version, skeyNid)
    const resolution = await explainMeeting(room, by, { skeyNid, winner })
    // It follows all the branches, and stands on what they agreed on before it.
    if (resolution === undefined && winner === by.nid) return { how: 'replaced', ...deed, why: 'A later event took its place.' }
    const outcome = winner === 0 ? 'no event has its place since' : 'another event has its place since'
    if (resolution === undefined)
      return { how: 'unclear', ...deed, why: `Branches met at that event, and ${outcome}; which states met cannot be told any more.` }
    return {
      how: 'resolved',
      ...deed,
      why: `Branches met at that event, and ${outcome}: the resolution of their states decided.`,
      resolution,
    }
  }

  const never = async (room: ExplainedRoom, row: NotedRow, skeyNid: number): Promise<StateLoss> => {
    const says = (why: string): StateLoss => ({ how: 'never', why })
    if (row.status === eventStatus.outlier) return says('It is held for what cites it alone: it has no place in the history that is held.')
    if (row.status === eventStatus.rejected) return says('It was rejected: the rules forbid it.')
    if (row.status === eventStatus.softFailed) return says('It was soft-failed: the state that the room had when it came forbade it.')
    if (row.status !== eventStatus.past) return says('It came when the history had gone on past it: it counts where it stands, not now.')
    return lostTo(room, row, row.met!, skeyNid)
  }

  return async (room, row, skeyNid) => {
    const stretches = await history.stretchesOf(room.nid, skeyNid, row.nid, stretchesShown)
    const held = stretches.map(({ from, to }) => ({ from_version: from, ...(to !== undefined && { to_version: to }) }))
    const now = await winnerAt(room, room.stateVersion, skeyNid)
    if (now === row.nid) return { current: true, held }
    const present = await noted(now)
    const lostAt = stretches.at(-1)?.to
    const by = lostAt === undefined ? undefined : await noted(await history.at(room.nid, (await history.positionOf(room.nid, lostAt))!))
    const lost = lostAt === undefined || by === undefined ? await never(room, row, skeyNid) : await lostTo(room, by, lostAt, skeyNid)
    return { current: false, ...(present !== undefined && { current_event: notedEvent(present) }), held, lost }
  }
}
