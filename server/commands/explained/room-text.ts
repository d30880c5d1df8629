import type { HealthFigure, LevelOfDeed, RoomOverview, StateTurn } from '../../../spec/admin/room-explanation.ts'
import { columns, counted, eventLine, keyText, moment, more, section } from './lines.ts'

const figureNames: { readonly [figure in HealthFigure['figure']]: string } = {
  extremities: 'forward extremities',
  gaps: 'gaps',
  refused: 'rejected or soft-failed',
  'overlay-layers': 'overlays on one another',
  'auth-events': 'events in the auth graph',
  'auth-edges': 'citations in the auth graph',
  'last-event': 'last event',
  turns: 'meetings that something lost',
}

const figureValue = ({ figure, value }: HealthFigure, now: number): string => {
  if (figure === 'refused') return `${(100 * value).toFixed(value > 0 && value < 0.001 ? 3 : 1)} %`
  return figure === 'last-event' ? (value === 0 ? 'none' : moment(value, now)) : `${value}`
}

const healthLines = (health: readonly HealthFigure[], now: number): string[] =>
  columns(
    health.map((one) => [
      `${(one.verdict === 'fine' ? 'fine' : one.verdict.toUpperCase()).padEnd(5)} ${figureNames[one.figure]}`,
      `${figureValue(one, now)}. ${one.note}`,
    ]),
  )

const who = ({ everyone, count, user_ids: userIds }: LevelOfDeed): string => {
  const named = userIds.slice(0, 8).join(', ')
  if (everyone) return `every member (${count})`
  return count === 0 ? 'nobody who is joined' : `${named}${count > Math.min(userIds.length, 8) ? `, … (${count})` : ''}`
}

const deedNames: { readonly [deed in LevelOfDeed['deed']]: string } = {
  'send-messages': 'send messages',
  'set-state': 'set state',
  invite: 'invite',
  kick: 'kick',
  ban: 'ban',
  redact: 'redact what others sent',
  'set-power-levels': 'change power levels',
  'set-join-rules': 'change join rules',
  upgrade: 'upgrade the room',
}

const changeLine = ({ type, state_key: stateKey, before, after }: StateTurn['changed']['shown'][number]): string =>
  `${keyText(type, stateKey)}: ${before ?? 'none'} → ${after ?? 'none'}`

const turnLines = ({ event, version, changed }: StateTurn, now: number): string[] => [
  eventLine(event, now),
  ...(changed.count === 0
    ? ['  lost to what stood there: the state stayed as it was']
    : [`  version ${version} of the state:`, ...changed.shown.map((change) => `    ${changeLine(change)}`)]),
  ...more(changed.count, changed.shown).map((line) => `    ${line}`),
]

/** A room for the terminal. `now`: milliseconds since the epoch. */
export const roomText = (room: RoomOverview, now: number): string[] => {
  const { counts, members, servers, extremities, backward_extremities: gaps } = room
  return [
    ...columns([
      ['creators', room.creators.join(', ') || 'nobody is named'],
      ['join rule', room.join_rule || 'none of the known'],
      ['history visibility', room.history_visibility],
      ['directory', room.published ? 'listed' : 'not listed'],
      ['other servers', room.federates ? 'may take part' : 'are shut out'],
      [
        'members',
        `${members.join} joined, ${members.invite} invited, ${members.knock} knocking, ${members.leave} left, ${members.ban} banned`,
      ],
    ]),
    ...section('Health', healthLines(room.health, now)),
    ...section('Servers', [
      ...servers.shown.map((one) => `${one.server_name}: ${one.joined} joined of ${counted(one.known, 'known user')}`),
      ...more(servers.count, servers.shown),
    ]),
    ...section('Who may do what', columns(room.levels.map((one) => [`${deedNames[one.deed]}, level ${one.level}`, who(one)]))),
    ...section('Events', [
      `${counted(counts.events, 'event')}, ${counts.state_events} of them state, in ${counted(counts.state_versions, 'version')} of the state`,
      `${counted(counts.overlays, 'overlay')}, ${counted(counts.outliers, 'outlier')}, ${counts.rejected} rejected, ${counts.soft_failed} soft-failed`,
      `${counts.turning} turning, ${counts.past} past, ${counts.withheld} withheld, ${counts.dummy} dummy`,
    ]),
    ...section('Forward extremities', [
      ...extremities.shown.map((event) => eventLine(event, now)),
      ...more(extremities.count, extremities.shown),
    ]),
    ...section('Backward extremities: cited, and not held', [...gaps.shown, ...more(gaps.count, gaps.shown)]),
    ...section(
      'Where branches met and something lost, the latest first',
      room.turns.flatMap((turn) => turnLines(turn, now)),
    ),
  ]
}
