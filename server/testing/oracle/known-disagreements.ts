import type { Rejection } from '../../protocol/errors.ts'
import { isUserId, serverNameOf } from '../../protocol/identifiers.ts'
import { isObject, own, ownString } from '../../protocol/json-values.ts'
import type { AuthCase } from './auth-case.ts'
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
      return ours === undefined && theirs?.broke !== undefined && isObject(offer)
    },
  },
]
