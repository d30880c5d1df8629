import { faultsIn, type Mutation, noticedBy } from './mutation.ts'

const peers = 'server/testing/peers'
const onFetching = `${peers}/attacks-on-fetching.test.ts`
const onForm = `${peers}/attacks-on-form.test.ts`
const onState = `${peers}/attacks-on-state.test.ts`
const onBounds = `${peers}/bounds-of-fetching.test.ts`
const backfill = `${peers}/backfill.test.ts`
const pastArrivals = `${peers}/past-arrivals.test.ts`
const fetchMissing = 'server/rooms/receive/fetch-missing.ts'

/** Faults in how much is asked for, and in what a peer may do by its answers. */
const ofBounds: readonly Mutation[] = [
  ...noticedBy(
    [onFetching],
    faultsIn(fetchMissing, [
      ['bounds: chains of what is cited have any number of events', 'fetched.size >= bounds.cited || length', 'length'],
      ['bounds: chains of what is cited have any length', '|| length > bounds.citedLength)', ')'],
      ['bounds: missing events are asked for as long as there are any', 'round < bounds.betweenRounds', 'round < 1000'],
    ]),
    faultsIn('server/rooms/receive/receive-whole.ts', [
      ['bounds: a state is asked for before missing events', 'if (leave.states === 0) return incomplete', ''],
    ]),
    faultsIn('server/rooms/receive/backfill.ts', [
      ['past: what lies before no gap comes in as past', 'const found = behind(gaps, fit)', 'const found = fit'],
    ]),
  ),
  ...noticedBy(
    [onBounds],
    faultsIn(fetchMissing, [
      ['bounds: as many missing events as the peer gives', 'of pdus.slice(0, bounds.between))', 'of pdus)'],
      ['bounds: states of any size', 'told.length === 0 || told.length > bounds.state ||', 'told.length === 0 ||'],
    ]),
    faultsIn('server/rooms/receive/receive-whole.ts', [
      ['bounds: any number of states is asked for', 'leave.states -= 1', ''],
      ['bounds: as many states as missing events', 'const leave = { states: statesMost }', 'const leave = { states: 1000 }'],
    ]),
    faultsIn('server/rooms/receive/backfill.ts', [
      ['bounds: as much of the past as the peer gives', 'pdus.slice(0, eventsMost).map', 'pdus.map'],
      ['bounds: all gaps are asked about at once', 'eventGraph.backwardExtremities(nid, gapsMost)', 'eventGraph.backwardExtremities(nid)'],
      ['bounds: as many states as branches of the past', 'const leave = { states: statesMost }', 'const leave = { states: 1000 }'],
    ]),
    faultsIn('server/rooms/receive/peer.ts', [
      ['a peer that fails to give an event fails us', 'peer.event(eventId).catch(() => undefined)', 'peer.event(eventId)'],
      [
        'a peer that fails to give missing events fails us',
        'peer.missingEvents(roomId, range).catch(() => [])',
        'peer.missingEvents(roomId, range)',
      ],
      [
        'a peer that fails to tell a state fails us',
        'peer.stateIds(roomId, eventId).catch(() => undefined)',
        'peer.stateIds(roomId, eventId)',
      ],
      [
        'a peer that fails to give the past fails us',
        'peer.backfill(roomId, from, limit).catch(() => [])',
        'peer.backfill(roomId, from, limit)',
      ],
    ]),
  ),
]

/** Faults that let walks go round for ever. */
const ofCircles: readonly Mutation[] = noticedBy(
  [onForm],
  faultsIn(fetchMissing, [['circles: what is cited is walked for ever', 'else if (known !== undefined) return false', '']]),
  faultsIn('server/rooms/receive/in-order.ts', [
    [
      'circles: what is followed is walked for ever',
      'if (one === undefined || found.has(eventId)) continue',
      'if (one === undefined) continue',
    ],
  ]),
)

/** Faults in what is made of a state that a peer tells of. */
const ofToldStates: readonly Mutation[] = [
  ...noticedBy(
    [onState],
    faultsIn(fetchMissing, [
      ['told state: two events for a key', '|| entries.has(skeyNid)) return undefined', ') return undefined'],
      ['told state: events that are no state', 'skeyNid === undefined || entries.has(skeyNid)', 'entries.has(skeyNid!)'],
      ['told state: none that has the room created', '&& create !== undefined && entries.has(create.skeyNid) ?', '?'],
      [
        'told state: rejected events are entries',
        'if (status !== eventStatus.rejected) entries.set(skeyNid, nid)',
        'entries.set(skeyNid, nid)',
      ],
    ]),
    faultsIn('server/rooms/receive/receive-event.ts', [
      [
        'told state: counts instead of what is held',
        'return told === undefined || isPast ? told : resolveStates(room, [told, ...known])',
        'return told',
      ],
      ['behind a gap: soft failure goes by what the peer tells', ': await resolveStates(room, [now, before])', ': before'],
      ['gaps: who was refused makes some', '{ ...judgement, missing: [] } : judgement', 'judgement : judgement'],
      [
        'gaps: what closes one is not soft-failed',
        "isCurrent(room, before) || past === 'asked for'",
        'isCurrent(room, before) || past !== undefined',
      ],
    ]),
  ),
  ...noticedBy(
    [pastArrivals],
    faultsIn('server/rooms/receive/receive-event.ts', [
      [
        'behind a gap: soft failure goes by an old present',
        'isSpared || missing.length === 0 ? now : await resolveStates(room, [now, before])',
        'now',
      ],
    ]),
    faultsIn('server/rooms/receive/backfill.ts', [
      ['past: what comes late stands before the beginning', '&& event.pdu.depth < first.depth', ''],
    ]),
  ),
  ...noticedBy(
    [backfill],
    faultsIn('server/rooms/receive/receive-event.ts', [
      ['past: an old event is an end of the room', 'if (past !== undefined) {', "if (past === 'covered') {"],
    ]),
    faultsIn('server/rooms/receive/backfill.ts', [
      ['past: nothing stands before the beginning', '&& event.pdu.depth < first.depth', '&& event.pdu.depth < 0'],
    ]),
  ),
]

/** Faults in asking peers for what is missing, and in what their answers may do. */
export const mutationsOfFetching: readonly Mutation[] = [...ofBounds, ...ofCircles, ...ofToldStates]
