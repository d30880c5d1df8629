import type { UserId } from '../spec/identifiers.ts'
import { createSigningKey } from './protocol/signing.ts'
import { createAppendEvents } from './rooms/append-event.ts'
import { createBuildEvent } from './rooms/build-event.ts'
import { createBundledRelations } from './rooms/bundled-relations.ts'
import { classOfDraft } from './rooms/event-class.ts'
import { createClientEvents } from './rooms/client-events.ts'
import type { SingleOut } from './rooms/mentions.ts'
import { createNewRoom } from './rooms/new-room.ts'
import { createFindSent } from './rooms/find-sent.ts'
import { createOncePerTransaction } from './rooms/once-per-transaction.ts'
import { createOpenForReading } from './rooms/read-access.ts'
import { createFindReplaced } from './rooms/find-replaced.ts'
import { createRelationsPage } from './rooms/relations-page.ts'
import { createRoomFacts } from './rooms/room-facts.ts'
import { createRoomReading } from './rooms/room-reading.ts'
import { createRoomStates } from './rooms/room-state.ts'
import { createSendEvent } from './rooms/send-event.ts'
import { createSendMessage } from './rooms/send-message.ts'
import { createStateAfter } from './rooms/state-after.ts'
import { createThreadsPage } from './rooms/threads-page.ts'
import { createTimeline } from './rooms/timeline.ts'
import { createTimelineTokens } from './rooms/timeline-token.ts'
import { createTyping } from './rooms/typing.ts'
import { createVisibility } from './rooms/visibility.ts'
import { createAnnotationStore } from './storage/annotations.ts'
import type { ServerIdentity } from './storage/server-identity.ts'
import type { SyncTokens } from './sync/sync-token.ts'
import type { Storage } from './wire-storage.ts'

interface Beside {
  identity: ServerIdentity
  syncTokens: SyncTokens
  singleOut: SingleOut
  isStaff: (userId: UserId) => boolean
  ignoredUsers: (userId: UserId) => Promise<ReadonlySet<UserId>>
  now: () => number
}

/** The rooms: what writes into them, and what reads from them. */
export function wireRooms(storage: Storage, { identity, syncTokens, singleOut, isStaff, ignoredUsers, now }: Beside) {
  const { serverName, keyId, signingKeySeed } = identity
  const { database, identifiers, groupCommit, events, state, stateChanges, memberships, relations, streams } = storage
  const roomStates = createRoomStates({ rooms: storage.rooms, events, state, memberships })
  const buildEvent = createBuildEvent({
    serverName,
    now,
    signingKey: createSigningKey({ keyId, seed: signingKeySeed }),
    classify: classOfDraft,
  })
  const appendEvents = createAppendEvents({ roomStates, identifiers, groupCommit })
  const findSent = createFindSent({ events })
  const sendEvent = createSendEvent({ roomStates, identifiers, events, findSent, buildEvent, appendEvents, singleOut })
  const visibility = createVisibility({ roomStates, stateChanges, offLine: storage.offLine, isStaff })
  const bundledRelations = createBundledRelations({ events, relations, visibility })
  const findReplaced = createFindReplaced({ events, offLine: storage.offLine })
  const clientEvents = createClientEvents({ events, findReplaced, bundledRelations, visibility, now })
  const openForReading = createOpenForReading({ roomStates, visibility, stateChanges, isStaff })
  const roomReading = createRoomReading({ openForReading, visibility, events, relations, identifiers, streams, ignoredUsers })
  const stateAfter = createStateAfter({ state, events, stateEntries: storage.stateEntries, eventGraph: storage.eventGraph })
  const tokens = createTimelineTokens({ readSyncToken: (text) => syncTokens.read(text)?.pos })
  return {
    roomStates,
    buildEvent,
    appendEvents,
    singleOut,
    sendEvent,
    visibility,
    clientEvents,
    openForReading,
    roomReading,
    newRoom: createNewRoom({ serverName, roomStates, identifiers, buildEvent, appendEvents, singleOut, now }),
    sendMessage: createSendMessage({ sendEvent, identifiers, annotations: createAnnotationStore(database) }),
    oncePerTransaction: createOncePerTransaction({ findSent }),
    timeline: createTimeline({ roomReading, clientEvents, events, stateAfter, tokens }),
    relationsPage: createRelationsPage({ roomReading, clientEvents, relations, tokens }),
    threadsPage: createThreadsPage({ roomReading, visibility, clientEvents, events, relations, tokens }),
    roomFacts: createRoomFacts({ roomReading, roomStates, clientEvents, state, memberships, identifiers, tokens }),
    typing: createTyping({ now }),
  }
}

export type Rooms = ReturnType<typeof wireRooms>
