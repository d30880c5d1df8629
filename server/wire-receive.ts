import { createArrivalMentions } from './rooms/receive/arrival-mentions.ts'
import { createBackfill } from './rooms/receive/backfill.ts'
import { createFetchMissing, type FetchBounds } from './rooms/receive/fetch-missing.ts'
import { createFindChanges } from './rooms/receive/arrival-changes.ts'
import { createHoldRoom } from './rooms/receive/hold-room.ts'
import { createMergeExtremities } from './rooms/receive/merge-extremities.ts'
import { createReceiveEvent } from './rooms/receive/receive-event.ts'
import { createReceivePdus } from './rooms/receive/receive-pdus.ts'
import { createReceiveWhole } from './rooms/receive/receive-whole.ts'
import { createRedactionEffects } from './rooms/receive/redaction-effects.ts'
import { createResolveStates } from './rooms/receive/resolve-states.ts'
import { createSettleApart } from './rooms/receive/settle-apart.ts'
import { createSettleConflict } from './rooms/receive/settle-conflict.ts'
import { createLookupAt } from './rooms/receive/state-lookups.ts'
import { createStateRefs } from './rooms/receive/state-refs.ts'
import { createWriteArrival } from './rooms/receive/write-arrival.ts'
import type { KeyOf } from './protocol/received-pdu.ts'
import { classOfDraft } from './rooms/event-class.ts'
import type { Rooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'

/** What takes in events that were made elsewhere. */
export function wireReceive(
  storage: Storage,
  { roomStates, singleOut, apartFrom }: Pick<Rooms, 'roomStates' | 'singleOut'> & { readonly apartFrom?: number },
) {
  const { identifiers, events, eventGraph, stateEntries, groupCommit } = storage
  const stateRefs = createStateRefs({ stateEntries })
  const settleConflict = createSettleConflict({ eventGraph, stateEntries })
  const settleApart = createSettleApart({ location: storage.database.location })
  const lookupAt = createLookupAt({ roomStates, eventGraph, stateRefs })
  const resolveStates = createResolveStates({
    stateRefs,
    settleConflict,
    settleApart: settleApart.settle,
    ...(apartFrom !== undefined && { apartFrom }),
  })
  const redactionEffects = createRedactionEffects({ events, eventGraph, stateRefs, lookupAt })
  const findChanges = createFindChanges({ identifiers, events, eventGraph, stateRefs, roomStates })
  const mentions = createArrivalMentions({ singleOut, roomStates })
  const writeArrival = createWriteArrival({
    identifiers,
    roomStates,
    groupCommit,
    findChanges,
    redactionEffects,
    mentions,
    classify: classOfDraft,
  })
  const holdRoom = createHoldRoom({ roomStates, groupCommit })
  const receiveEvent = createReceiveEvent({ eventGraph, stateRefs, lookupAt, resolveStates, writeArrival })
  return {
    stateRefs,
    resolveStates,
    settleConflict,
    settleApart: settleApart.settle,
    stop: settleApart.stop,
    holdRoom,
    receiveEvent,
  }
}

type Receive = ReturnType<typeof wireReceive>

interface Beside {
  serverName: string
  /** The key that a server signs with, as far as it is known. */
  keyOf: KeyOf
  fetchBounds?: FetchBounds
}

/** What takes in events from peers, which are asked for what is missing. */
export function wirePeers(
  { identifiers, memberships, eventGraph }: Pick<Storage, 'identifiers' | 'memberships' | 'eventGraph'>,
  { roomStates, buildEvent, appendEvents }: Pick<Rooms, 'roomStates' | 'buildEvent' | 'appendEvents'>,
  { holdRoom, receiveEvent, stateRefs }: Pick<Receive, 'holdRoom' | 'receiveEvent' | 'stateRefs'>,
  { serverName, keyOf, fetchBounds: bounds }: Beside,
) {
  const asked = { roomStates, holdRoom, receiveEvent, eventGraph, stateRefs, keyOf }
  const fetchMissing = createFetchMissing({ ...asked, ...(bounds && { bounds }) })
  const mergeExtremities = createMergeExtremities({ serverName, roomStates, identifiers, memberships, buildEvent, appendEvents })
  const receiveWhole = createReceiveWhole({ holdRoom, receiveEvent, fetchMissing, mergeExtremities })
  return {
    fetchMissing,
    mergeExtremities,
    receivePdus: createReceivePdus({ roomStates, receiveWhole, keyOf }),
    backfill: createBackfill({ roomStates, holdRoom, eventGraph, receiveWhole, keyOf }),
  }
}
