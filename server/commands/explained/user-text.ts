import type { UserExplanation } from '../../../spec/admin/room-explanation.ts'
import { checkLines } from './event-text.ts'
import { columns, eventLine, more, section, verdictText } from './lines.ts'

type Deed = UserExplanation['deeds'][number]['deed']

const deedNames: { readonly [deed in Deed]: string } = {
  join: 'join',
  leave: 'leave',
  knock: 'knock',
  invite: 'invite somebody',
  kick: 'kick a usual member',
  ban: 'ban a usual member',
  'send-messages': 'send messages',
  redact: 'redact what others sent',
  'set-name': 'set the name',
  'set-topic': 'set the topic',
  'set-power-levels': 'change power levels',
  'set-join-rules': 'change join rules',
  upgrade: 'upgrade the room',
}

const conditionText = ({ room_id: roomId, known, joined }: NonNullable<UserExplanation['join_conditions']>[number]): string =>
  `${roomId}: ${joined ? 'the user is in it' : known ? 'the user is not in it' : 'unknown to this server'}`

const membershipLine = (
  { version, membership, event, by_resolution: turned }: UserExplanation['memberships']['shown'][number],
  now: number,
) => `version ${version}: ${membership}${turned ? ', since branches met' : ''}${event === undefined ? '' : `, ${eventLine(event, now)}`}`

/** A user in a room for the terminal. `now`: milliseconds since the epoch. */
export const userText = (user: UserExplanation, now: number): string[] => {
  const { memberships, refused_events: refused } = user
  const earlier = memberships.count - memberships.shown.length
  return [
    `${user.user_id}: ${user.membership}, power ${user.power}${user.creator ? ' as a creator' : ''}`,
    ...section('May', columns(user.deeds.map((one) => [deedNames[one.deed], verdictText(one)]))),
    ...section('Members of these rooms may join', (user.join_conditions ?? []).map(conditionText)),
    ...section('Was', [...(earlier > 0 ? [`… ${earlier} earlier`] : []), ...memberships.shown.map((one) => membershipLine(one, now))]),
    ...section('Refused events, the latest first', [
      ...refused.shown.flatMap(({ event, checks }) => [eventLine(event, now), ...checkLines(checks).map((line) => `  ${line}`)]),
      ...more(refused.count, refused.shown),
    ]),
  ]
}
