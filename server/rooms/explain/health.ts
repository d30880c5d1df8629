import type { HealthFigure } from '../../../spec/admin/room-explanation.ts'

/** What a room's health is told by. */
export interface Symptoms {
  readonly extremities: number
  /** Events that are cited and not held. */
  readonly gaps: number
  readonly events: number
  readonly rejected: number
  readonly softFailed: number
  /** The most overlays that stand on one another. */
  readonly overlayLayers: number
  readonly authEvents: number
  readonly authEdges: number
  /** When the last event was sent, in milliseconds since the epoch. */
  readonly lastSent: number | undefined
  /** Arrivals by which the state turned. */
  readonly turns: number
  readonly stateVersions: number
}

type Verdict = HealthFigure['verdict']

const upTo = (value: number, fine: number, watch: number): Verdict => (value <= fine ? 'fine' : value <= watch ? 'watch' : 'bad')

/** Clocks of servers may differ by so much, in milliseconds. */
const clockTolerance = 5 * 60_000

const notes: { readonly [figure in HealthFigure['figure']]: { readonly [verdict in Verdict]: string } } = {
  extremities: {
    fine: 'The next event brings the branches together.',
    watch: 'Branches grow faster than they meet: each new event may cite 20 of them.',
    bad: 'More branches than one event can cite: every one costs a resolution at each arrival.',
  },
  gaps: {
    fine: 'All that is cited is held.',
    watch: 'Some of what is cited is not held: history before it is missing.',
    bad: 'Much of what is cited is not held: history is full of holes.',
  },
  refused: {
    fine: 'Hardly anything was refused.',
    watch: 'A noticeable share was refused: a server, or somebody in the room, judges otherwise.',
    bad: 'Very much was refused: the room is under attack, or its state differs from that of other servers.',
  },
  'overlay-layers': {
    fine: 'States off the main line are read quickly.',
    watch: 'States off the main line are read slowly.',
    bad: 'States off the main line are stacked higher than the server ever does.',
  },
  'auth-events': {
    fine: 'A resolution has little to look at.',
    watch: 'A resolution takes seconds; consider an upgrade of the room.',
    bad: 'A resolution takes very long; upgrade the room.',
  },
  'auth-edges': {
    fine: 'A resolution has little to look at.',
    watch: 'A resolution takes seconds; consider an upgrade of the room.',
    bad: 'A resolution takes very long; upgrade the room.',
  },
  'last-event': {
    fine: 'Its time is plausible.',
    watch: 'There is none in the timeline, or its time lies ahead: a clock is wrong.',
    bad: 'Its time lies far ahead: a clock is wrong, or somebody lies.',
  },
  turns: {
    fine: 'The state hardly ever turns.',
    watch: 'The state turned often where branches met.',
    bad: 'The state turns at every fifth change or more: branches contend for it.',
  },
}

/** The figures of a room's health, each with a verdict. `now`: milliseconds since the epoch. */
export const healthOf = (symptoms: Symptoms, now: number): HealthFigure[] => {
  const { extremities, gaps, events, rejected, softFailed, overlayLayers, authEvents, authEdges, lastSent, turns, stateVersions } = symptoms
  const refused = events === 0 ? 0 : (rejected + softFailed) / events
  const ahead = lastSent === undefined ? Number.NaN : lastSent - now
  // A few turns say nothing of a young room.
  const turnShare = turns <= 3 ? 0 : turns / Math.max(stateVersions, 1)
  const told = (figure: HealthFigure['figure'], value: number, verdict: Verdict): HealthFigure => ({
    figure,
    value,
    verdict,
    note: notes[figure][verdict],
  })
  return [
    told('extremities', extremities, upTo(extremities, 10, 20)),
    told('gaps', gaps, upTo(gaps, 0, 20)),
    told('refused', refused, upTo(refused, 0.01, 0.1)),
    told('overlay-layers', overlayLayers, upTo(overlayLayers, 32, 64)),
    told('auth-events', authEvents, upTo(authEvents, 200_000, 1_000_000)),
    told('auth-edges', authEdges, upTo(authEdges, 600_000, 3_000_000)),
    told('last-event', lastSent ?? 0, Number.isNaN(ahead) ? 'watch' : upTo(ahead, clockTolerance, 24 * 3_600_000)),
    told('turns', turns, upTo(turnShare, 0.05, 0.2)),
  ]
}
