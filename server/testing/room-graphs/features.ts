import { citedIds, type Event } from '../../protocol/event.ts'
import { selectAuthEvents } from '../../protocol/auth-events.ts'
import { keyOf, lookupInState, typeOfKey } from './naive-state.ts'
import type { Story } from './story.ts'

/** Something that happens in some graphs. */
export interface Feature {
  readonly name: string
  /** The share of graphs that must have it, over all versions: about half of what is usual. */
  readonly least: number
  readonly isIn: (story: Story) => boolean
}

const membershipOf = ({ pdu }: Event): unknown => (pdu.type === 'm.room.member' ? pdu.content['membership'] : undefined)
const isRemoval = (event: Event, membership: string): boolean =>
  membershipOf(event) === membership && event.pdu.state_key !== event.pdu.sender
const types = ({ accepted }: Story, type: string): Event[] => accepted.flatMap(({ event }) => (event.pdu.type === type ? [event] : []))
const hasConflict = ({ merges }: Story, type: string): boolean =>
  merges.some(({ conflicts }) => conflicts.some((key) => typeOfKey(key) === type))

/** Of each conflicted key: what the branches had, and what became of it. */
const outcomes = ({ merges }: Story): { before: Event | undefined; candidates: Event[] }[] =>
  merges.flatMap(({ conflicts, states, before }) =>
    conflicts.map((key) => ({
      before: before.get(key),
      candidates: [...new Set(states.map((state) => state.get(key)))].filter((event) => event !== undefined),
    })),
  )

/** What somebody did while, in another branch, they were removed so. */
const wentOnThrough = (story: Story, membership: string, matches: (event: Event) => boolean): boolean =>
  story.accepted
    .filter(({ event }) => isRemoval(event, membership))
    .some(({ event: removal }) =>
      story.accepted.some(({ event }) => event.pdu.sender === removal.pdu.state_key && matches(event) && story.areApart(removal, event)),
    )

const forks: readonly Feature[] = [
  {
    name: 'fork',
    least: 0.9,
    isIn: ({ accepted, previousOf }) => {
      const cited = accepted.flatMap(({ event }) => previousOf(event))
      return new Set(cited).size < cited.length
    },
  },
  {
    name: 'deep fork',
    least: 0.2,
    isIn: ({ merges, countOnlyBefore }) =>
      merges.some(({ previous }) =>
        previous.some((one) => previous.some((two) => countOnlyBefore(one, two) > 5 && countOnlyBefore(two, one) > 5)),
      ),
  },
  { name: 'merge', least: 0.9, isIn: ({ merges }) => merges.length > 0 },
  { name: 'merge of four or more', least: 0.2, isIn: ({ merges }) => merges.some(({ previous }) => previous.length > 3) },
  {
    name: 'late event',
    least: 0.8,
    isIn: ({ history, previousOf }) =>
      history.some(({ placed: { event }, softFailure }, at) => {
        const extremities = new Set(history[at - 1]?.extremities)
        const isTaken = extremities.size > 0 && softFailure === undefined
        return isTaken && previousOf(event).length > 0 && previousOf(event).every(({ eventId }) => !extremities.has(eventId))
      }),
  },
  {
    name: 'time before its past',
    least: 0.6,
    isIn: ({ accepted, previousOf }) =>
      accepted.some(({ event }) => previousOf(event).some(({ pdu }) => pdu.origin_server_ts > event.pdu.origin_server_ts)),
  },
  {
    name: 'false depth',
    least: 0.6,
    isIn: ({ accepted, previousOf }) =>
      accepted.some(({ event }) => event.pdu.depth !== Math.max(0, ...previousOf(event).map(({ pdu }) => pdu.depth)) + 1),
  },
]

const conflicts: readonly Feature[] = [
  { name: 'conflict of power levels', least: 0.5, isIn: (story) => hasConflict(story, 'm.room.power_levels') },
  { name: 'conflict of join rules', least: 0.5, isIn: (story) => hasConflict(story, 'm.room.join_rules') },
  { name: 'conflict of members', least: 0.8, isIn: (story) => hasConflict(story, 'm.room.member') },
  { name: 'conflict of other state', least: 0.5, isIn: (story) => hasConflict(story, 'm.room.topic') || hasConflict(story, 'm.room.name') },
  {
    name: 'conflict at one time',
    least: 0.08,
    isIn: (story) =>
      outcomes(story).some(({ candidates }) => new Set(candidates.map(({ pdu }) => pdu.origin_server_ts)).size < candidates.length),
  },
  {
    name: 'state reset: an older event wins',
    least: 0.4,
    isIn: (story) =>
      outcomes(story).some(({ before, candidates }) => before !== undefined && candidates.some((event) => story.isBefore(before, event))),
  },
  { name: 'state reset: no event wins', least: 0.3, isIn: (story) => outcomes(story).some(({ before }) => before === undefined) },
  {
    name: 'the winner is from no branch',
    least: 0.15,
    isIn: (story) => outcomes(story).some(({ before, candidates }) => before !== undefined && !candidates.includes(before)),
  },
  {
    name: 'power struggle',
    least: 0.2,
    isIn: (story) => {
      const changes = types(story, 'm.room.power_levels')
      return changes.some((one) => changes.some((other) => one.pdu.sender < other.pdu.sender && story.areApart(one, other)))
    },
  },
  {
    name: 'ban against message',
    least: 0.2,
    isIn: (story) => wentOnThrough(story, 'ban', ({ pdu }) => pdu.state_key === undefined),
  },
  { name: 'ban against state', least: 0.2, isIn: (story) => wentOnThrough(story, 'ban', ({ pdu }) => pdu.state_key !== undefined) },
  { name: 'kick against state', least: 0.2, isIn: (story) => wentOnThrough(story, 'leave', ({ pdu }) => pdu.state_key !== undefined) },
]

const verdicts: readonly Feature[] = [
  {
    name: 'rejected by cited events',
    least: 0.9,
    isIn: ({ history }) => history.some(({ placed }) => placed.rejection?.by === 'cited events'),
  },
  {
    name: 'rejected by the state before',
    least: 0.4,
    isIn: ({ history }) => history.some(({ placed }) => placed.rejection?.by === 'state before'),
  },
  {
    name: 'cites a rejected event',
    least: 0.12,
    isIn: ({ history, room }) => history.some(({ placed }) => citedIds(placed.event.pdu.auth_events).some(room.known.isRejected)),
  },
  {
    name: 'follows a rejected event',
    least: 0.3,
    isIn: ({ accepted, room }) => accepted.some(({ event }) => citedIds(event.pdu.prev_events).some(room.known.isRejected)),
  },
  { name: 'soft failure', least: 0.6, isIn: ({ history }) => history.some(({ softFailure }) => softFailure !== undefined) },
  {
    name: 'follows a soft failure',
    least: 0.4,
    isIn: ({ history }) => {
      const failed = new Set(history.flatMap(({ placed, softFailure }) => (softFailure === undefined ? [] : [placed.event.eventId])))
      return history.some(
        ({ placed, softFailure }) =>
          placed.rejection === undefined &&
          softFailure === undefined &&
          citedIds(placed.event.pdu.prev_events).some((id) => failed.has(id)),
      )
    },
  },
  {
    name: 'evaded ban',
    least: 0.2,
    isIn: ({ history }) =>
      history.some(({ placed: { event }, softFailure }, at) => {
        const member = history[at - 1]?.current.get(keyOf('m.room.member', event.pdu.sender))
        return softFailure !== undefined && member !== undefined && membershipOf(member) === 'ban'
      }),
  },
  {
    name: 'cites what its state does not select',
    least: 0.6,
    isIn: ({ accepted, room: { known } }) =>
      accepted.some(({ event: { pdu }, before }) => {
        const selected = selectAuthEvents(known.version, { ...pdu, stateKey: pdu.state_key }, lookupInState(before))
        const cited = citedIds(pdu.auth_events)
        return cited.length !== selected.length || selected.some(({ eventId }) => !cited.includes(eventId))
      }),
  },
]

const deeds: readonly Feature[] = [
  { name: 'redaction', least: 0.6, isIn: (story) => types(story, 'm.room.redaction').length > 0 },
  {
    name: 'redaction before its target',
    least: 0.04,
    isIn: (story) => {
      const places = new Map(story.graph.events.map(({ eventId }, at) => [eventId as string, at]))
      return types(story, 'm.room.redaction').some(({ eventId, pdu }) => {
        const target = places.get(String(pdu.redacts ?? pdu.content['redacts']))
        return target !== undefined && target > (places.get(eventId) as number)
      })
    },
  },
  { name: 'kick', least: 0.4, isIn: ({ accepted }) => accepted.some(({ event }) => isRemoval(event, 'leave')) },
  { name: 'ban', least: 0.4, isIn: ({ accepted }) => accepted.some(({ event }) => isRemoval(event, 'ban')) },
  {
    name: 'unban',
    least: 0.2,
    isIn: ({ accepted }) =>
      accepted.some(({ event, before }) => {
        const member = before.get(keyOf('m.room.member', event.pdu.state_key ?? ''))
        return isRemoval(event, 'leave') && member !== undefined && membershipOf(member) === 'ban'
      }),
  },
  { name: 'invite', least: 0.6, isIn: ({ accepted }) => accepted.some(({ event }) => membershipOf(event) === 'invite') },
  {
    name: 'restricted join',
    least: 0.1,
    isIn: ({ accepted, room }) =>
      room.known.version.restrictedJoins &&
      accepted.some(({ event: { pdu } }) => Object.hasOwn(pdu.content, 'join_authorised_via_users_server')),
  },
  { name: 'knock', least: 0.1, isIn: ({ accepted }) => accepted.some(({ event }) => membershipOf(event) === 'knock') },
  {
    name: 'knock, invite, join',
    least: 0.02,
    isIn: ({ accepted, room }) =>
      accepted.some(({ event, before }) => {
        const key = keyOf('m.room.member', event.pdu.sender)
        const invite = membershipOf(event) === 'join' ? before.get(key) : undefined
        const earlier = invite !== undefined && membershipOf(invite) === 'invite' ? room.placed(invite.eventId).before.get(key) : undefined
        return earlier !== undefined && membershipOf(earlier) === 'knock'
      }),
  },
  { name: 'change of visibility', least: 0.4, isIn: (story) => types(story, 'm.room.history_visibility').length > 1 },
  { name: 'second create event', least: 0.015, isIn: (story) => types(story, 'm.room.create').length > 1 },
  {
    name: 'second create event, refused',
    least: 0.015,
    isIn: ({ history }) =>
      history.some(({ placed: { event, rejection } }) => event.pdu.type === 'm.room.create' && rejection !== undefined),
  },
]

/** All that is counted. */
export const features: readonly Feature[] = [...forks, ...conflicts, ...verdicts, ...deeds]

/** The names of those that the story has. */
export const featuresOf = (story: Story): string[] => features.flatMap(({ name, isIn }) => (isIn(story) ? [name] : []))
