import type { Rejection } from '../../protocol/errors.ts'
import type { JsonObject } from '../../protocol/event.ts'
import { isUserId, serverNameOf } from '../../protocol/identifiers.ts'
import { isObject, isStringArray, own, ownString } from '../../protocol/json-values.ts'
import { createVerifyKey } from '../../protocol/signing.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import type { AuthCase } from './auth-case.ts'
import { judgeCase } from './auth-verdicts.ts'
import { isKeyedLevels, isLevelRule, judgeByOwnKey } from './keyed-levels.ts'
import type { Said } from './synapse.ts'

/** One verdict on which the two differ: exactly one of the refusals is there. */
export interface Disagreement {
  readonly made: AuthCase
  /** The events by which it was judged. */
  readonly by: 'cited' | 'state'
  readonly ours: Rejection | undefined
  readonly theirs: Said | undefined
}

/** Where Synapse departs from the text. conformance/oracle/README.md has the reasons, under the same names. */
export interface KnownDisagreement {
  readonly name: string
  /** The text that says otherwise. */
  readonly text: string
  /** Whether it explains a disagreement: no wider than the departure is. */
  readonly explains: (disagreement: Disagreement) => boolean
}

const stateOf = ({ made, by }: Disagreement) =>
  by === 'state' ? made.state : [...made.cited, ...(made.implied === undefined ? [] : [made.implied])].map(({ event }) => event)

const createIn = (disagreement: Disagreement) => stateOf(disagreement).find(({ pdu }) => pdu.type === 'm.room.create')

const contentOf = (disagreement: Disagreement, type: string, stateKey = '') =>
  stateOf(disagreement).find(({ pdu }) => pdu.type === type && pdu.state_key === stateKey)?.pdu.content

const isUnfederatable = ({ ours, theirs }: Disagreement): boolean => ours === undefined && theirs?.error?.includes('unfederatable') === true

/** Whether the sender, or the member that the event is about, is of another server than the room's creator. */
const isRemote = (found: Disagreement): boolean => {
  const { sender, type, state_key: target = '' } = found.made.event.pdu
  const home = serverNameOf(createIn(found)?.pdu.sender ?? '')
  return serverNameOf(sender) !== home || (type === 'm.room.member' && serverNameOf(target) !== home)
}

/** What the content of a third-party invitation has in place of keys. */
const keysOf = (offer: unknown): unknown[] => {
  const given = own(offer, 'public_keys')
  // `null` is in place of a list: Python falls over it, as over a number.
  const listed = given === undefined ? [] : given
  return [own(offer, 'public_key'), ...(Array.isArray(listed) ? listed.map((entry) => own(entry, 'public_key')) : [listed])]
}

const isKey = (value: unknown): boolean => typeof value === 'string' && createVerifyKey(value) !== undefined

/** All that is excused, and nothing else. */
export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    name: 'm.federate of another type',
    text: 'rooms/v1/#authorisation-rules, 3; rooms/v12/#authorisation-rules, 4',
    explains: (found) => {
      const federate = own(createIn(found)?.pdu.content, 'm.federate')
      return isUnfederatable(found) && isRemote(found) && federate !== undefined && typeof federate !== 'boolean'
    },
  },
  {
    name: 'member of another server in a closed room',
    text: 'rooms/v1/#authorisation-rules, 3; rooms/v12/#authorisation-rules, 4',
    explains: (found) => isUnfederatable(found) && isRemote(found) && own(createIn(found)?.pdu.content, 'm.federate') === false,
  },
  {
    name: 'authorised without a join',
    text: 'rooms/v8/#authorisation-rules, 4.2; rooms/v12/#authorisation-rules, 5.2',
    explains: ({ ours, theirs, made: { version, event } }) =>
      theirs === undefined && ours?.rule === version.rules.member.authorised && event.pdu.content['membership'] !== 'join',
  },
  {
    name: 'member who is no user ID',
    text: 'rooms/v1/#authorisation-rules, 5.1; rooms/v11/#authorisation-rules, 4.1',
    explains: ({ ours, theirs, made: { event } }) =>
      ours === undefined &&
      theirs?.error?.startsWith('Invalid ID') === true &&
      event.pdu.type === 'm.room.member' &&
      !isUserId(event.pdu.state_key),
  },
  {
    name: 'one unfit key of an invitation',
    text: 'rooms/v1/#authorisation-rules, 5.3.1.7; rooms/v11/#authorisation-rules, 4.4.1.7',
    explains: (found) => {
      const { ours, theirs, made } = found
      const invite = own(made.event.pdu.content, 'third_party_invite')
      const offer = contentOf(found, 'm.room.third_party_invite', ownString(own(invite, 'signed'), 'token') ?? '')
      return ours === undefined && theirs?.broke !== undefined && keysOf(offer).some((key) => !isKey(key))
    },
  },
  {
    name: 'redaction of nothing',
    text: 'rooms/v1/#authorisation-rules, 11.2',
    explains: ({ ours, theirs, made: { version, event } }) =>
      theirs === undefined && ours?.rule === `${version.rules.redaction}.3` && event.pdu.redacts === undefined,
  },
  {
    name: 'power levels with a state key',
    text: 'rooms/v1/#authorisation-rules, 10; rooms/v12/#authorisation-rules, 10',
    explains: (found) => {
      const { ours, theirs, made } = found
      const { version, event } = made
      if (!isKeyedLevels(event) || (ours !== undefined && !isLevelRule(version, ours.rule))) return false
      return (judgeByOwnKey(version, event, lookupIn(stateOf(found))) === undefined) === (theirs === undefined)
    },
  },
  {
    name: 'first levels that are none',
    text: 'rooms/v1/#mroompower_levels-events-accept-values-as-strings, rooms/v1/#mroompower_levels-events-accept-values-as-floats',
    explains: (found) => {
      const { version, event } = found.made
      const { topLevelIntegers, mapIntegers } = version.rules.powerLevels
      const isFirst = contentOf(found, 'm.room.power_levels') === undefined
      const isShape = found.ours?.rule === topLevelIntegers || found.ours?.rule === mapIntegers
      return found.theirs === undefined && isShape && isFirst && !version.integerPowerLevels && event.pdu.type === 'm.room.power_levels'
    },
  },
  {
    name: 'levels as Python reads them',
    text: 'rooms/v1/#mroompower_levels-events-accept-values-as-strings; rooms/v1/#authorisation-rules, 10.1; appendices/#canonical-json',
    explains: ({ made, by, ours, theirs }) => {
      const { pdu } = made.event
      if (theirs !== undefined || ours === undefined || made.version.integerPowerLevels || pdu.type !== 'm.room.power_levels') return false
      // `[]`, `""`, `0`, `false` and `null` are as good as no map to it.
      const isMap = ([name, value]: [string, unknown]): boolean =>
        !['events', 'notifications'].includes(name) || !(Array.isArray(value) ? value.length === 0 : !value)
      const content = levelsOfPython(Object.fromEntries(Object.entries(pdu.content).filter(isMap))) as JsonObject
      return judgeCase({ ...made, event: { ...made.event, pdu: { ...pdu, content } } })[by] === undefined
    },
  },
  {
    name: 'looser user IDs',
    text: 'appendices/#user-identifiers',
    explains: ({ ours, theirs, made: { version, event } }) => {
      const { content } = event.pdu
      const { users } = version.rules.powerLevels
      const additional = own(content, 'additional_creators')
      const named = [
        ...(ours?.rule === users && isObject(content['users']) ? Object.keys(content['users']) : []),
        ...(ours?.rule === `${version.rules.create}.4` && isStringArray(additional) ? additional : []),
        ...(ours?.rule === version.rules.member.authorised ? [ownString(content, 'join_authorised_via_users_server') ?? ''] : []),
      ].filter((userId) => !isUserId(userId))
      return theirs === undefined && named.length > 0 && named.every((userId) => /^[^:]*:/.test(userId))
    },
  },
]

const digits = /^\s*([+-]?[0-9]+)\s*$/

/** The content with what Python's `int` makes of booleans, of digits of any script, with underscores between them, and of numbers of any size. */
const levelsOfPython = (value: unknown): unknown => {
  if (typeof value === 'boolean') return Number(value)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, levelsOfPython(inner)]))
  if (typeof value !== 'string') return value
  const number = Number(digits.exec(value)?.[1] ?? Number.NaN)
  if (Number.isNaN(number)) return /^\s*[+-]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u.test(value) ? 5 : value
  return Number.isSafeInteger(number) ? value : Math.sign(number) * Number.MAX_SAFE_INTEGER
}
