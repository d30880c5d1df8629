import type { EventId } from '../../../spec/identifiers.ts'
import type { StateLoss } from '../../../spec/admin/room-explanation.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { Place } from '../../storage/place.ts'
import type { NotedRow, RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { SettleConflict, Settled } from '../receive/settle-conflict.ts'
import type { StateRef, StateRefs } from '../receive/state-refs.ts'
import { type ExplainedRoom, notedEvent } from './noted.ts'

type Resolution = NonNullable<StateLoss['resolution']>

/** What met at the arrival of an event, and how the room's version settled it for one key; `undefined` where that cannot be told any more. */
export type ExplainMeeting = (room: ExplainedRoom, arriving: NotedRow, key: Contested) => Promise<Resolution | undefined>

/** A key at which one event stands since the arrival, and others do not. */
export interface Contested {
  readonly skeyNid: number
  /** The number of the event that stands there since; 0: none. */
  readonly winner: number
}

interface Needs {
  history: RoomHistory
  eventGraph: Pick<EventGraph, 'places'>
  stateRefs: StateRefs
  settleConflict: SettleConflict
}

/** Branches by their last events, and the states that they bring. */
interface Branch {
  readonly eventId: EventId
  readonly ref: StateRef
}

/** Events looked back through for what the room's history ended in. */
const lookedBackMost = 1000
const branchesMost = 50
const trialsMost = 50

const isUnseen = ({ status }: Place): boolean => status === eventStatus.rejected || status === eventStatus.softFailed

export function createExplainMeeting({ history, eventGraph, stateRefs, settleConflict }: Needs): ExplainMeeting {
  /** What the room's history ended in when the event had arrived, as far as what came shortly before it tells. */
  const endsAfter = async (room: ExplainedRoom, pos: number): Promise<EventId[]> => {
    const events = await history.upTo(room.nid, pos, lookedBackMost)
    const covered = new Set(events.flatMap(({ prev }) => prev))
    const known = new Set(events.map(({ eventId }) => eventId))
    // What lies behind rejected and soft-failed events that were cited is no end either.
    let unseen = [...(await eventGraph.places([...covered].filter((eventId) => !known.has(eventId)))).values()].filter(isUnseen)
    for (let walked = 0; unseen.length > 0 && walked < lookedBackMost; walked += unseen.length) {
      const cited = (await history.follows(unseen.map(({ nid }) => nid))).filter((eventId) => !covered.has(eventId))
      for (const eventId of cited) covered.add(eventId)
      unseen = [...(await eventGraph.places(cited)).values()].filter(isUnseen)
    }
    const recent = events.filter(({ eventId }) => !covered.has(eventId)).map(({ eventId }) => eventId)
    return [...new Set([...recent, ...(await oldEnds(room, pos))])].slice(0, branchesMost)
  }

  /** Present ends that were there at a position: older than what is looked back through, perhaps. */
  const oldEnds = async ({ extremities }: ExplainedRoom, pos: number): Promise<EventId[]> => {
    const places = await eventGraph.places(extremities)
    const rows = await history.noted([...places.values()].map(({ nid }) => nid))
    return [...rows.values()].filter((row) => row.pos !== undefined && row.pos > 0 && row.pos <= pos).map(({ eventId }) => eventId)
  }

  const branchesOf = async (eventIds: readonly EventId[]): Promise<Branch[]> => {
    const places = await eventGraph.places(eventIds)
    const branches: Branch[] = []
    for (const [eventId, place] of places) {
      const ref = await stateRefs.after(place)
      if (ref !== undefined) branches.push({ eventId, ref })
    }
    return branches
  }

  const resolutionOf = async (branches: readonly Branch[], { trials }: Settled, skeyNid: number): Promise<Resolution> => {
    const rows = await history.noted(trials.map(({ nid }) => nid))
    const all = trials.map(({ nid, pass, verdict }) => ({ row: rows.get(nid)!, pass, verdict }))
    const atKey = all.filter(({ row }) => row.skeyNid === skeyNid)
    const refused = all.filter(({ verdict }) => verdict !== undefined)
    const shown = new Set([...new Set([...atKey, ...refused, ...all])].slice(0, trialsMost))
    return {
      branches: branches.map(({ eventId }) => eventId),
      trials: {
        count: all.length,
        shown: all
          .filter((one) => shown.has(one))
          .map(({ row, pass, verdict }) => ({
            event: notedEvent(row),
            pass,
            ...(verdict === undefined ? { verdict: 'allowed' as const } : { verdict: 'refused' as const, ...verdict }),
          })),
      },
    }
  }

  /** Settles once more what these branches disagree in; `undefined` where that is not what came of it. */
  const settle = async (room: ExplainedRoom, branches: readonly Branch[], key: Contested): Promise<Resolution | undefined> => {
    if (branches.length < 2) return undefined
    const refs = branches.map(({ ref }) => ref)
    const disputed = await stateRefs.conflicts(room.nid, refs)
    if (!disputed.has(key.skeyNid)) return undefined
    const states = refs.map(({ version, overlay }) => ({ version, entries: overlay?.entries ?? new Map<number, number>() }))
    const settled = await settleConflict({ roomNid: room.nid, version: room.version.id, states, explain: true })
    return (settled.outcomes.get(key.skeyNid) ?? 0) === key.winner ? resolutionOf(branches, settled, key.skeyNid) : undefined
  }

  return async (room, arriving, key) => {
    if (arriving.pos === undefined || arriving.pos <= 0) return undefined
    const ends = await settle(room, await branchesOf(await endsAfter(room, arriving.pos)), key)
    // Where the event itself brought everything together, the branches met before it.
    return ends ?? settle(room, await branchesOf((await history.follows([arriving.nid])).slice(0, branchesMost)), key)
  }
}
