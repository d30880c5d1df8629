// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of sources, as they stand there.
import { faultsIn, type Mutation, noticedBy, together } from './mutation.ts'

const peers = 'server/testing/peers'
const pastArrivals = `${peers}/past-arrivals.test.ts`
const receivePdus = `${peers}/receive-pdus.test.ts`
const backfill = `${peers}/backfill.test.ts`
const merging = `${peers}/merge-extremities.test.ts`
const onRedactions = `${peers}/attacks-on-redactions.test.ts`
const redactedRules = `${peers}/redacted-rules.test.ts`
const extremities = 'server/rooms/receive/extremities.test.ts'
const resolving = 'server/rooms/receive/resolve-states.test.ts'
const receiveEvent = 'server/rooms/receive/receive-event.ts'
const writeArrival = 'server/rooms/receive/write-arrival.ts'

/** Faults in gaps, in what is held before it has its place, and in the past. */
const ofPlaces: readonly Mutation[] = [
  ...noticedBy(
    [pastArrivals],
    faultsIn(receiveEvent, [
      [
        'gaps: what closes one is an end of the room',
        "isPast ? 'asked for' : isCovered ? 'covered' : undefined",
        "isPast ? 'asked for' : undefined",
      ],
    ]),
    faultsIn('server/storage/received-rows.ts', [
      ['gaps: what is held for others closes one', 'if (event.stateBefore >= 0) draft', 'draft'],
      [
        'gaps: what was held for others closes none',
        'if (event.stateBefore >= 0) draft',
        'if (event.stateBefore >= 0 && heldAs === undefined) draft',
      ],
      ['gaps: nothing closes one', 'if (event.stateBefore >= 0) draft', 'if (false) draft'],
    ]),
    faultsIn(writeArrival, [
      [
        'past: a timeline of the past goes on from the present',
        'pastPos !== undefined ? 0 : ends',
        'pastPos !== undefined ? room.stateVersion : ends',
      ],
    ]),
    faultsIn(receiveEvent, [['outliers: they have a place from the start', '.filter(({ stateBefore }) => stateBefore >= 0).map', '.map']]),
  ),
  ...noticedBy(
    [receivePdus],
    faultsIn(receiveEvent, [
      ['outliers: they never get a place', '(held.stateBefore >= 0 || held.roomNid !== room.nid)', '(true || held.roomNid !== room.nid)'],
    ]),
    faultsIn(writeArrival, [
      [
        'outliers: shown before they have a place',
        'const isShown = status === undefined && before !== undefined',
        'const isShown = status === undefined || before === undefined',
      ],
    ]),
  ),
  ...noticedBy(
    [backfill],
    faultsIn('server/rooms/receive/backfill.ts', [
      ['past: a reader meets it in the midst', 'now.beginning = Math.min(now.beginning, first - 1)', ''],
    ]),
    faultsIn('server/rooms/visibility.ts', [
      ['past: pages end where the reader’s time began', 'after: beginning, upTo', 'after: sight.span.after, upTo'],
    ]),
    faultsIn('server/rooms/threads-page.ts', [['past: threads of the past are not listed', 'after: room.beginning', 'after: 0']]),
  ),
]

/** Faults in how many ends a room has, and in who brings them together. */
const ofEnds: readonly Mutation[] = [
  ...noticedBy(
    [merging],
    faultsIn('server/rooms/receive/extremities.ts', [
      ['ends: any number of them', 'if (ends.length <= maxPrevEvents) return ends', 'return ends'],
      ['ends: the oldest is let go of, whoever made it', '(other.length > one.length ? other : one)', 'one'],
      ['ends: the newest is let go of', 'letGo.add(most.shift()!)', 'letGo.add(most.pop()!)'],
    ]),
    faultsIn('server/rooms/receive/receive-whole.ts', [
      ['ends: nobody brings them together', "if (receipt.outcome === 'accepted') await mergeExtremities(room.roomId)", ''],
    ]),
    faultsIn('server/rooms/receive/merge-extremities.ts', [
      ['ends: brought together in somebody else’s name', '(userId) => serverNameOf(userId) === serverName,', '() => true,'],
      ['ends: everybody sees what brings them together', '...built, pos: undefined, status', '...built, status'],
    ]),
    faultsIn('server/rooms/room.ts', [
      [
        'ends: memory has what brings them together in the timeline',
        'if (event.pos !== undefined) noteInTimeline(room, event, event.pos)',
        'noteInTimeline(room, event, event.pos ?? event.nid)',
      ],
    ]),
    faultsIn('server/rooms/sight.ts', [
      [
        'ends: members see what brings them together',
        'sees: ({ pos, status }) => pos !== undefined && status',
        'sees: ({ status }) => status',
      ],
    ]),
  ),
  ...noticedBy(
    [extremities],
    faultsIn('server/rooms/receive/extremities.ts', [
      ['walks: as far back as anything was refused', 'unseen.length > 0 && walked < walkedMost', 'unseen.length > 0'],
      ['ends: what lies behind refused events stays one', 'let unseen = prev.filter(isUnseen)', 'let unseen: Place[] = []'],
    ]),
  ),
]

/** Faults in what redactions may take away, and in who sees them. */
const ofRedactions: readonly Mutation[] = [
  ...noticedBy(
    [onRedactions],
    faultsIn('server/rooms/receive/redaction-effects.ts', [
      ['redaction: anybody’s takes effect', '&& mayRedact(room, redaction.pdu.sender, target.sender, before)', ''],
      ['redaction: from another room, it is shown', 'target.roomNid === room.nid &&', ''],
      ['redaction: before its event, anybody’s takes effect', '(await mayRedact(room, sender, event.pdu.sender, before))', 'true'],
    ]),
    faultsIn('server/storage/event-graph.ts', [
      ['redaction: before its event, it may be of another room', 'AND e.room_nid = $2 AND e.type', 'AND $2 = $2 AND e.type'],
    ]),
    together('redaction: it reaches into other rooms', [
      ['server/rooms/receive/redaction-effects.ts', 'target.roomNid === room.nid &&', ''],
      [
        'server/storage/commit-tables.ts',
        "key: ['event_id', 'room_nid'],\n    columns: [t('event_id'), n('room_nid'), p('redacted_by'), n('class')],",
        "key: ['event_id'],\n    columns: [t('event_id'), p('redacted_by'), n('class')],",
      ],
      [
        'server/storage/received-rows.ts',
        "draft.insert('redacted', [event.redacts, roomNid, at,",
        "draft.insert('redacted', [event.redacts, at,",
      ],
    ]),
    faultsIn(writeArrival, [
      ['redaction: memory keeps what it took away', 'if (arrival.redactsNow === true) redactInMemory', 'if (false) redactInMemory'],
      [
        'redaction: what it took away before it came is told to whoever waits',
        'redactedBy === undefined ? event : redacted(room.version, event, redactedBy)',
        'event',
      ],
      [
        'redaction: one without effect is shown',
        "event.type === 'm.room.redaction' && !redactsNow) event.status",
        "event.type === 'm.room.redaction' && false) event.status",
      ],
    ]),
    faultsIn('server/rooms/sight.ts', [
      ['redaction: members see one without effect', 'pos !== undefined && status !== eventStatus.withheld,', 'pos !== undefined,'],
      ['redaction: one without effect is seen in branches', '&& event.status !== eventStatus.withheld && (event.met', '&& (event.met'],
    ]),
    faultsIn('server/storage/relations.ts', [
      [
        'redaction: one without effect relates to events',
        '(${alias}.status IS NULL OR ${alias}.status <> ${eventStatus.withheld})',
        '1 = 1',
      ],
    ]),
    faultsIn('server/rooms/client-events.ts', [
      [
        'redaction: a circle of them is told for ever',
        'tell({ ...page, redactions: new Map() }, redaction, undefined)',
        'tell(page, redaction, undefined)',
      ],
    ]),
  ),
  ...noticedBy(
    [redactedRules],
    faultsIn('server/rooms/room.ts', [
      [
        'redaction: it changes what the rules see',
        'const event = committedState(room)(type, stateKey)\n    return event && asRuled(event)',
        'return committedState(room)(type, stateKey)',
      ],
      [
        'redaction: it changes what is built on',
        'const event = builderEntry(room, type, stateKey)\n    return event && asRuled(event)',
        'return builderEntry(room, type, stateKey)',
      ],
    ]),
    faultsIn('server/storage/events.ts', [
      ['redaction: what the rules saw is not kept', 'event.ruled ?? ruledContent(event.type, event.pdu.content)', 'undefined'],
    ]),
  ),
]

/** Faults in what resolution costs, and whom. */
const ofResolution: readonly Mutation[] = noticedBy(
  [resolving],
  faultsIn('server/rooms/receive/resolve-states.ts', [
    [
      'resolution: large conflicts keep everybody waiting',
      '(sizeOf(room, refs) > apartFrom ? settleApart : settleConflict)',
      '(settleConflict)',
    ],
    ['resolution: many memberships are no size', 'stateVersion + counts.join + counts.leave', 'stateVersion'],
    ['resolution: many changes are no size', 'stateVersion + counts.join', 'counts.join'],
    ['resolution: large overlays are no size', 'sum + (overlay?.entries.size ?? 0)', 'sum'],
    ['resolution: done anew at each arrival', 'resolved.set(key, found)', ''],
    ['resolution: done anew for each order of branches', '.toSorted()\n', '\n'],
  ]),
)

/** Faults in how a room's history hangs together: gaps, the past, ends, redactions, resolution of what meets. */
export const mutationsOfHistory: readonly Mutation[] = [...ofPlaces, ...ofEnds, ...ofRedactions, ...ofResolution]
