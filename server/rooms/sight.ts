import type { UserId } from '../../spec/identifiers.ts'
import { canSee, readHistoryVisibility, type HistoryVisibility } from '../protocol/history-visibility.ts'
import { ownString } from '../protocol/json-values.ts'
import type { ToldOffLine } from '../storage/off-line.ts'
import type { StateChange } from '../storage/state-changes.ts'
import { eventStatus, type StoredEvent } from '../storage/stored-event.ts'

/** What one user may see of a room. client-server-api/#room-history-visibility */
export interface Sight {
  /** Whether the user may see the event. */
  sees(event: StoredEvent): boolean
  /** Whether the user may see an event that found this state, and changed neither the visibility nor their own membership. */
  seesAt(found: FoundState): boolean
  /** What the user was in the room at the event, the event's own effect included; `leave` for strangers. */
  membershipAt(event: StoredEvent): string
  /** No event outside the positions above `after` and up to `upTo` can be seen. */
  readonly span: { readonly after: number; readonly upTo: number }
  /** The version of the state with which the user last stopped being joined; `undefined` for who is joined, or never was. */
  readonly leftAt: number | undefined
  /** The same sight, on events off the main line too, by what those states say otherwise. */
  with(told: ReadonlyMap<number, ToldOffLine>): Sight
}

/** The state that an event found. */
export type FoundState = Pick<StoredEvent, 'stateBefore' | 'overlay' | 'met'>

/** A stretch of state versions through which neither the visibility nor the user's membership changed. */
interface Period {
  readonly version: number
  /** The position of the event that began it; 0 for the first. */
  readonly pos: number
  readonly visibility: HistoryVisibility
  readonly membership: string
}

/** The sight of who is joined, on what came after their member event: all of it. */
export const sightOfJoined: Sight = {
  sees: ({ pos, status }) => pos !== undefined && status !== eventStatus.withheld,
  seesAt: () => true,
  membershipAt: () => 'join',
  span: { after: 0, upTo: Number.MAX_SAFE_INTEGER },
  leftAt: undefined,
  with: () => sightOfJoined,
}

/**
 * The sight that a user has by what the visibility and their membership have been.
 * @param changes of both, the first first
 * @param asJoining the user may read as if they joined now
 */
export function sightByChanges(userId: UserId, changes: readonly StateChange[], asJoining: boolean): Sight {
  const periods = periodsOf(changes)
  const visible = visiblePeriods(periods, asJoining)
  const at = (version: number): number => {
    let low = 0
    let high = periods.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (periods[middle]!.version <= version) low = middle
      else high = middle - 1
    }
    return low
  }
  const first = visible.indexOf(true)
  const last = visible.lastIndexOf(true)
  const wasJoined = periods.findLastIndex(({ membership }) => membership === 'join')
  const onLine = (event: StoredEvent): boolean =>
    // Changes of the visibility, and the user's own memberships, can be seen from either side.
    visible[at(event.stateBefore)]! || (isChange(userId, event) && visible[at(event.stateBefore + 1)]!)
  const joinedFrom = (version: number): boolean => asJoining || at(version) <= wasJoined
  /** What the state that an event found says; `undefined` where that was not looked up. */
  const stateIn = ({ stateBefore, overlay }: FoundState, told: ReadonlyMap<number, ToldOffLine>) => {
    const period = periods[at(stateBefore)]!
    if (overlay === undefined) return period
    const said = told.get(overlay)
    return (
      said && {
        visibility: said.visibility === undefined ? period.visibility : readHistoryVisibility(said.visibility['history_visibility']),
        membership: said.member === undefined ? period.membership : (ownString(said.member, 'membership') ?? 'leave'),
      }
    )
  }
  const offLine = (event: StoredEvent, told: ReadonlyMap<number, ToldOffLine>): boolean => {
    const found = stateIn(event, told)
    if (found === undefined) return false
    const before = { ...found, joinedSince: joinedFrom(versionAfter(event)) }
    if (canSee(before)) return true
    if (isOwnMember(userId, event)) return canSee({ ...before, membership: ownString(event.pdu.content, 'membership') ?? 'leave' })
    const isVisibility = event.type === 'm.room.history_visibility' && event.stateKey === ''
    return isVisibility && canSee({ ...before, visibility: readHistoryVisibility(event.pdu.content['history_visibility']) })
  }
  const none: ReadonlyMap<number, ToldOffLine> = new Map()
  const sightWith = (told: ReadonlyMap<number, ToldOffLine>): Sight => ({
    sees: (event) =>
      event.pos !== undefined && event.status !== eventStatus.withheld && (event.met === undefined ? onLine(event) : offLine(event, told)),
    seesAt: (found) => {
      if (found.met === undefined) return visible[at(found.stateBefore)]!
      const state = stateIn(found, told)
      return state !== undefined && canSee({ ...state, joinedSince: joinedFrom(found.met) })
    },
    membershipAt: (event) =>
      (isOwnMember(userId, event) ? ownString(event.pdu.content, 'membership') : stateIn(event, told)?.membership) ?? 'leave',
    span:
      first < 0
        ? { after: 0, upTo: 0 }
        : { after: Math.max(periods[first]!.pos - 1, 0), upTo: periods[last + 1]?.pos ?? Number.MAX_SAFE_INTEGER },
    leftAt: wasJoined < 0 || wasJoined === periods.length - 1 ? undefined : periods[wasJoined + 1]!.version,
    with: sightWith,
  })
  return sightWith(none)
}

/** The version of the room's state once an event off the main line had arrived. */
const versionAfter = ({ met, stateBefore, stateKey, status }: StoredEvent): number =>
  (met ?? stateBefore) + (status === undefined && stateKey !== undefined ? 1 : 0)

const isOwnMember = (userId: UserId, { type, stateKey }: StoredEvent): boolean => type === 'm.room.member' && stateKey === userId
const isChange = (userId: UserId, event: StoredEvent): boolean =>
  isOwnMember(userId, event) || (event.type === 'm.room.history_visibility' && event.stateKey === '')

const periodsOf = (changes: readonly StateChange[]): Period[] => {
  let period: Period = { version: 0, pos: 0, visibility: 'shared', membership: 'leave' }
  const periods = [period]
  for (const { version, pos, type, content } of changes) {
    period =
      type === 'm.room.member'
        ? { ...period, version, pos, membership: ownString(content, 'membership') ?? 'leave' }
        : { ...period, version, pos, visibility: readHistoryVisibility(content['history_visibility']) }
    periods.push(period)
  }
  return periods
}

const visiblePeriods = (periods: readonly Period[], asJoining: boolean): boolean[] => {
  const visible: boolean[] = []
  let joinedSince = asJoining
  for (const { visibility, membership } of periods.toReversed()) {
    visible.unshift(canSee({ visibility, membership, joinedSince }))
    joinedSince ||= membership === 'join'
  }
  return visible
}
