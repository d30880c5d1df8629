import type { UserExplanation } from '../../../spec/admin/room-explanation.ts'
import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import { authorise } from '../../protocol/auth-rules.ts'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import type { Judged } from '../../protocol/judged.ts'
import { levelFor, powerOf, redactionApplies } from '../../protocol/power-levels.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { StateLookup } from '../../protocol/state-map.ts'

type DeedVerdict = UserExplanation['deeds'][number]
type DeedName = DeedVerdict['deed']

/** The room in which deeds are tried. */
export interface Trying {
  readonly version: RoomVersion
  readonly roomId: RoomId
  readonly extremities: readonly EventId[]
  /** Knows the create event, power levels, join rules and the user's membership. */
  readonly lookup: StateLookup
}

/** A deed as the event that it would be. */
interface Attempt {
  readonly deed: DeedName
  readonly type: string
  readonly stateKey?: string
  readonly content: JsonObject
  readonly redacts?: string
  /** What the one whom it is done to is in the room. */
  readonly target?: { readonly userId: string; readonly membership: string }
}

/** Somebody whom nothing in the room names, on the user's server, so that a room closed to others makes no difference. */
const somebody = (userId: string): string => `@hallway-somebody-else:${serverNameOf(userId)}`
/** Of a server that nobody has. */
const foreignEvent = '$somebody-elses:elsewhere.invalid'

const attempts = ({ version, lookup }: Trying, userId: string): Attempt[] => {
  const other = somebody(userId)
  const member = (deed: DeedName, membership: string): Attempt => ({
    deed,
    type: 'm.room.member',
    stateKey: userId,
    content: { membership },
  })
  const remove = (deed: DeedName, membership: string): Attempt => ({
    ...member(deed, membership),
    stateKey: other,
    target: { userId: other, membership: 'join' },
  })
  const state = (deed: DeedName, type: string, fallback: JsonObject): Attempt => ({
    deed,
    type,
    stateKey: '',
    content: lookup(type, '')?.pdu.content ?? fallback,
  })
  return [
    member('join', 'join'),
    member('leave', 'leave'),
    ...(version.knock ? [member('knock', 'knock')] : []),
    { ...remove('invite', 'invite'), target: { userId: other, membership: 'leave' } },
    remove('kick', 'leave'),
    remove('ban', 'ban'),
    { deed: 'send-messages', type: 'm.room.message', content: {} },
    { deed: 'redact', type: 'm.room.redaction', content: { redacts: foreignEvent }, redacts: foreignEvent },
    { deed: 'set-name', type: 'm.room.name', stateKey: '', content: {} },
    { deed: 'set-topic', type: 'm.room.topic', stateKey: '', content: {} },
    state('set-power-levels', 'm.room.power_levels', {}),
    state('set-join-rules', 'm.room.join_rules', { join_rule: 'invite' }),
    { deed: 'upgrade', type: 'm.room.tombstone', stateKey: '', content: {} },
  ]
}

const imagined = (userId: string, membership: string): Event => ({
  eventId: '$imagined',
  roomId: '!imagined',
  pdu: {
    type: 'm.room.member',
    sender: userId as Event['pdu']['sender'],
    state_key: userId,
    content: { membership },
    depth: 1,
    origin_server_ts: 0,
    auth_events: [],
    prev_events: [],
    hashes: { sha256: '' },
    signatures: {},
  },
})

/** Redactions of version 3 and later are authorised like any event, and judged apart. rooms/v11/#handling-redactions */
const withoutEffect = ({ version, lookup }: Trying, userId: string): string | undefined =>
  version.redactionsJudgedByRules || redactionApplies(version, userId, '@:elsewhere.invalid', lookup)
    ? undefined
    : `The redaction would have no effect: that takes a power level of ${levelFor(version, 'redact', lookup)}; the user has ${powerOf(version, userId, lookup)}.`

/** What a user may do in a room, and by which rule not. */
export const dryRun = (trying: Trying, userId: string): DeedVerdict[] => {
  const { version, roomId, extremities, lookup } = trying
  return attempts(trying, userId).map(({ deed, type, stateKey, content, redacts, target }) => {
    const judged: Judged = {
      type,
      sender: userId,
      roomId,
      stateKey,
      content,
      prevEvents: extremities,
      eventId: `$tried:${serverNameOf(userId)}`,
      redacts,
    }
    const onTarget: StateLookup = (wanted, key) =>
      target !== undefined && wanted === 'm.room.member' && key === target.userId ? imagined(key, target.membership) : lookup(wanted, key)
    const rejection = authorise(version, judged, onTarget, { signedBy: () => true })
    if (rejection !== undefined) return { deed, verdict: 'refused', ...rejection }
    const reason = deed === 'redact' ? withoutEffect(trying, userId) : undefined
    return reason === undefined ? { deed, verdict: 'allowed' } : { deed, verdict: 'refused', reason }
  })
}
