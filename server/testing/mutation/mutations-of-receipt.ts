// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of sources, as they stand there.
import { faultsIn, type Mutation, noticedBy, together } from './mutation.ts'

const peers = 'server/testing/peers'
const onFetching = `${peers}/attacks-on-fetching.test.ts`
const onForm = `${peers}/attacks-on-form.test.ts`
const onState = `${peers}/attacks-on-state.test.ts`
const onCitations = `${peers}/attacks-on-citations.test.ts`
const receivedPdu = 'server/protocol/received-pdu.test.ts'
const receivePdus = `${peers}/receive-pdus.test.ts`
const receiveEvent = 'server/rooms/receive/receive-event.ts'

/** A key that finds any signature right, for ever. */
const anySignature = '() => ({ key: { verify: () => true }, expiredTs: Number.MAX_VALUE })'

/** Faults in what is checked of an event before anybody judges it: form, signatures, hash, room, ID. */
const ofForm: readonly Mutation[] = [
  ...noticedBy(
    [onFetching],
    faultsIn('server/rooms/receive/check-received.ts', [
      ['receipt: signatures are not checked', 'if (unsigned !== undefined) return { dropped: unsigned }', ''],
      ['receipt: what its hash does not cover stays', 'withCheckedHash(version, pdu as unknown as Pdu)', 'pdu as unknown as Pdu'],
    ]),
    faultsIn('server/rooms/receive/receive-pdus.ts', [
      [
        'receipt: any signature on what is sent',
        'checkReceived(room.version, pdu, keyOf)',
        `checkReceived(room.version, pdu, ${anySignature})`,
      ],
      ['receipt: what is sent may be of any room', "!('dropped' in one) && one.event.roomId === roomId", "!('dropped' in one)"],
    ]),
    faultsIn('server/rooms/receive/fetch-missing.ts', [
      [
        'fetching: any signature on what is cited, or of a state',
        'checkReceived(version, await peer.event(eventId), keyOf)',
        `checkReceived(version, await peer.event(eventId), ${anySignature})`,
      ],
      ['fetching: another event for the one that was asked for', 'checked.event.eventId !== eventId ||', ''],
      ['fetching: what is cited may be of any room', '|| checked.event.roomId !== roomId ? undefined', '? undefined'],
      [
        'fetching: any signature on missing events',
        'const checked = checkReceived(version, pdu, keyOf)',
        `const checked = checkReceived(version, pdu, ${anySignature})`,
      ],
      ['fetching: missing events may be of any room', 'checked.event.roomId !== roomId || found.has', 'found.has'],
      ['told state: its events may be of any room', 'itsRoom !== roomNid ||', ''],
    ]),
    faultsIn('server/rooms/receive/backfill.ts', [
      ['backfill: any signature', 'checkReceived(version, pdu, keyOf, {', `checkReceived(version, pdu, ${anySignature}, {`],
      ['backfill: events of any room', '&& one.event.roomId === roomId', ''],
    ]),
    faultsIn(receiveEvent, [
      [
        'history: what is followed may be of any room',
        'filter((place) => place?.roomNid === room.nid)',
        'filter((place) => place !== undefined)',
      ],
    ]),
  ),
  ...noticedBy(
    [onForm],
    faultsIn('server/rooms/receive/check-received.ts', [
      ['receipt: the format is not checked', 'if (unfit !== undefined || !isObject(pdu))', 'if (!isObject(pdu))'],
      ['receipt: an event may cite itself', 'if (cited.includes(eventId))', 'if (false)'],
      ['receipt: IDs may hold control characters', 'some((id) => control.test(id))', 'some(() => false)'],
    ]),
    faultsIn(receiveEvent, [
      [
        'IDs: what comes later under an ID counts',
        'const sealed = held === undefined ? arriving : await eventGraph.sealed(held.nid)',
        'const sealed = arriving',
      ],
      [
        'IDs: an event of another room under the ID is this one',
        '(held.stateBefore >= 0 || held.roomNid !== room.nid)',
        'held.stateBefore >= 0',
      ],
    ]),
  ),
]

/** Faults in who must have signed an event, and when with which key. */
const ofSignatures: readonly Mutation[] = noticedBy(
  [receivedPdu],
  faultsIn('server/protocol/received-pdu.ts', [
    ['hash: one that is wrong takes nothing away', '?.equals(expected) ? pdu : redactPdu(version, pdu)', '?.equals(expected) ? pdu : pdu'],
    ['signers: the sender’s server need not', 'signers.add(serverNameOf(sender))', "signers.delete('')"],
    [
      'signers: an invite is vouched for by what no hash covers',
      'signersOf(version, withCheckedHash(version, pdu))',
      'signersOf(version, pdu)',
    ],
    [
      'signers: versions 1 and 2, the server of the event ID need not',
      "if (version.eventIdFormat === 'chosen' && event_id",
      'if (false && event_id',
    ],
    ['signers: who authorises a join need not', 'if (isMember && version.restrictedJoins && Object', 'if (false && Object'],
    [
      'signers: who authorises a join may be nobody',
      "signers.add(isUserId(authoriser) ? serverNameOf(authoriser) : '')",
      'if (isUserId(authoriser)) signers.add(serverNameOf(authoriser))',
    ],
    ['signatures: none is needed', 'if (tried.length === 0) return', 'if (false) return'],
    ['signatures: one that is right is enough', 'if (!tried.every(', 'if (tried.length > 0 && !tried.some('],
    ['signatures: none need be right', 'if (!tried.every(', 'if (false && !tried.every('],
    ['signatures: any number is tried', 'if (counting.length === maxTried) break', ''],
    ['signatures: by any algorithm', "!keyId.startsWith('ed25519:') ||", ''],
    ['keys: those that were given up are good for ever', 'return ts <= key.expiredTs', 'return true'],
    ['keys: version 5 and later, their time does not count', 'return !version.keyValidityEnforced || ts <=', 'return true || ts <='],
    ['keys: good for as long as their server says', 'Math.min(key.validUntilTs, key.learntTs + maxKeyValidity)', 'key.validUntilTs'],
    ['what a peer adds unsigned is kept', 'const { unsigned: _unsigned, ...covered } = pdu', 'const covered = pdu'],
  ]),
)

/** Faults in judging an event by what it cites, by the state before it, and by the present. */
const ofJudgement: readonly Mutation[] = [
  ...noticedBy(
    [onCitations],
    faultsIn('server/rooms/receive/judge-arrival.ts', [
      ['check 4: what is cited may be anything', 'if (unfit !== undefined) return unfit', ''],
      ['check 4: version 12, the create event may have been rejected', '(create === undefined || create.rejected)', 'create === undefined'],
    ]),
    faultsIn(receiveEvent, [
      ['check 4: nobody knows what was rejected', 'rejected: place.status === eventStatus.rejected', 'rejected: false'],
      ['check 4: left out', 'judgeByCited(room.version, event, cited, create) ?? ', ''],
    ]),
  ),
  ...noticedBy(
    [onState, receivePdus],
    faultsIn(receiveEvent, [
      ['check 5: left out', ' ?? (await allowedBy(room, event, before))', ''],
      ['check 6: left out', 'isSpared ? undefined : await allowedBy(room, event, present)', 'undefined as Rejection | undefined'],
      [
        'check 4 of what is held for others: left out',
        'const rejection = judgeByCited(room.version, event, cited, create)\n',
        'const rejection = undefined as Rejection | undefined\n',
      ],
    ]),
  ),
]

/** Faults that let others see what was refused. */
const ofRefusal: readonly Mutation[] = [
  ...noticedBy(
    [receivePdus],
    faultsIn(receiveEvent, [
      ['refused: rejected events are like others', '{ ...unseen, status: eventStatus.rejected }', 'unseen'],
      ['refused: soft-failed events are like others', '{ ...unseen, status: eventStatus.softFailed }', 'unseen'],
    ]),
    faultsIn('server/rooms/receive/write-arrival.ts', [
      ['refused: shown in the timeline', 'pos: isShown ? (pastPos ?? 0)', 'pos: before !== undefined ? (pastPos ?? 0)'],
      ['refused: counted as unread', 'isShown ? classify(room, draft) : eventClass.silent', 'classify(room, draft)'],
      ['refused: told to whoever waits', 'if (head === undefined || event.pos === undefined || event.pos < 0)', 'if (event.pos! < 0)'],
    ]),
    faultsIn('server/rooms/sight.ts', [
      ['refused: seen by whoever asks for it by its ID', 'event.pos !== undefined && event.status !== eventStatus.withheld &&', ''],
    ]),
    faultsIn('server/storage/relations.ts', [
      ['refused: counted as related, and as edits', 'AND +e.pos <= $3 AND', 'AND COALESCE(e.pos, 0) <= $3 AND'],
      ['refused: filters find what it relates to', 'AND c.pos IS NOT NULL AND', 'AND'],
    ]),
    together('refused: related to other events', [
      [
        'server/storage/relations.ts',
        'const page = `x.pos > $3 AND x.pos <= $4 ORDER',
        'const page = `COALESCE(x.pos, $4) > $3 AND COALESCE(x.pos, $4) <= $4 ORDER',
      ],
      ['server/rooms/sight.ts', 'event.pos !== undefined && event.status !== eventStatus.withheld &&', ''],
    ]),
  ),
  ...noticedBy(
    ['server/testing/stored-graphs/stored-graphs.test.ts'],
    faultsIn('server/rooms/receive/state-refs.ts', [
      [
        'refused: a rejected event is part of the state after it',
        'place.skeyNid === undefined || isRejected(place)',
        'place.skeyNid === undefined',
      ],
    ]),
    faultsIn('server/protocol/resolution-plan.ts', [
      [
        'refused: a create event that was rejected is the room’s, if it came first',
        'kind === authKind.create && !isRejected(index)',
        'kind === authKind.create',
      ],
    ]),
  ),
  ...noticedBy(
    ['server/rooms/receive/settle-conflict.test.ts'],
    faultsIn('server/rooms/receive/settle-conflict.ts', [
      [
        'refused: resolution looks at rejected events',
        'isRejected: (index) => room.rejected.has(room.nids[index]!)',
        'isRejected: () => false',
      ],
    ]),
  ),
]

/** Faults in how single events from elsewhere are received. */
export const mutationsOfReceipt: readonly Mutation[] = [...ofForm, ...ofSignatures, ...ofJudgement, ...ofRefusal]
