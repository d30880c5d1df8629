import type { Check, EventExplanation, StateLoss } from '../../../spec/admin/room-explanation.ts'
import { columns, counted, eventLine, keyText, more, section, verdictText } from './lines.ts'

const checkNames: { readonly [by in Check['by']]: string } = {
  'auth-events': 'by the events it cites',
  'state-before': 'by the state before it',
  'state-on-arrival': "by the room's state when it came",
  'present-state': "by the room's state now",
}

/** Checks of an event, a line each. */
export const checkLines = (checks: readonly Check[]): string[] => columns(checks.map((one) => [checkNames[one.by], verdictText(one)]))

const citedLine = ({ event_id: eventId, held, type, state_key: stateKey, standing }: EventExplanation['prev_events'][number]): string =>
  held ? `${eventId} ${keyText(type ?? '', stateKey)}${standing === 'ordinary' ? '' : `, ${standing}`}` : `${eventId} NOT HELD`

const lossLines = (loss: StateLoss, now: number): string[] => {
  const { by, version, why, resolution } = loss
  return [
    why,
    ...(by === undefined ? [] : [`decided at ${eventLine(by, now)}${version === undefined ? '' : `, version ${version}`}`]),
    ...(resolution === undefined
      ? []
      : [
          `the branches ended in ${resolution.branches.join(', ')}`,
          `${counted(resolution.trials.count, 'event')} tried, in this order:`,
          ...resolution.trials.shown.map((trial) => `  ${trial.pass}: ${eventLine(trial.event, now)} – ${verdictText(trial)}`),
          ...more(resolution.trials.count, resolution.trials.shown).map((line) => `  ${line}`),
        ]),
  ]
}

const stateLines = ({ current, current_event: present, held, lost }: NonNullable<EventExplanation['state']>, now: number): string[] => [
  current
    ? 'It is the current one at its key.'
    : present === undefined
      ? 'No event stands at its key now.'
      : `Current is ${eventLine(present, now)}`,
  ...held.map(({ from_version: from, to_version: to }) =>
    to === undefined ? `current since version ${from}` : `current from version ${from} to ${to}`,
  ),
  ...(lost === undefined ? [] : lossLines(lost, now)),
]

const stateBeforeLines = (before: EventExplanation['state_before']): string[] => {
  if (before === undefined) return []
  const beyond =
    before.overlay_entries === 0 ? '' : `, ${before.overlay_entries} of them otherwise, in ${counted(before.overlay_layers, 'overlay')}`
  return [
    `version ${before.version}${beyond}; ${counted(before.entries, 'entry', 'entries')} in all`,
    ...before.relevant.map(({ type, state_key: stateKey, event_id: eventId }) => `${keyText(type, stateKey)}: ${eventId ?? 'none'}`),
  ]
}

/** An event for the terminal. `now`: milliseconds since the epoch. */
export const eventText = (event: EventExplanation, now: number): string[] => [
  eventLine(event.event, now),
  event.shown ? 'Clients see it, as far as history visibility lets them.' : `Clients do not see it. ${event.hidden_because ?? ''}`,
  ...section('Checks', checkLines(event.checks)),
  ...(event.state === undefined ? [] : section('As state', stateLines(event.state, now))),
  ...section('Redacted by', event.redacted_by === undefined ? [] : [eventLine(event.redacted_by, now)]),
  ...section(
    'Redactions without effect',
    event.redactions_without_effect.map((one) => eventLine(one, now)),
  ),
  ...section('Follows', event.prev_events.map(citedLine)),
  ...section('Cites', event.auth_events.map(citedLine)),
  ...section('The state before it', stateBeforeLines(event.state_before)),
]
