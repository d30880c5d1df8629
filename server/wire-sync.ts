import { directRoomsIn } from './accounts/cached-account-data.ts'
import { shownAccountData } from './accounts/shown-account-data.ts'
import type { Room } from './rooms/room.ts'
import { committedState } from './rooms/room.ts'
import { createJoinedSection, type EventTexts, type NotificationCounts, type VisibleEvents } from './sync/joined-section.ts'
import { createOtherSections } from './sync/other-sections.ts'
import { createReaders } from './sync/readers.ts'
import { createFieldKeepingSync } from './sync/kept-fields.ts'
import { createRecentReceipts } from './sync/recent-receipts.ts'
import { createRequiredState } from './sync/required-state.ts'
import { createHeroes } from './sync/room-summary.ts'
import { createStateDelta } from './sync/room-state-delta.ts'
import { createRoomTimeline } from './sync/room-timeline.ts'
import { createSlidingConnections } from './sync/sliding-connections.ts'
import { createSlidingExtensions } from './sync/sliding-extensions.ts'
import { createPersonalFacts } from './sync/personal-room-facts.ts'
import { createSlidingRoomText } from './sync/sliding-room.ts'
import { createSlidingSync } from './sync/sliding-sync.ts'
import { createSync, type PresenceNews } from './sync/sync.ts'
import type { SyncTokens } from './sync/sync-token.ts'
import { createUnreadCounts } from './sync/unread-counts.ts'
import type { UserRooms } from './sync/user-rooms.ts'
import type { Rooms } from './wire-rooms.ts'
import type { Storage } from './wire-storage.ts'
import type { StoredEvent } from './storage/stored-event.ts'

interface Beside {
  incarnation: string
  bootId: string
  tokens: SyncTokens
  userRooms: UserRooms
  presence: PresenceNews
  notificationCounts: NotificationCounts
  now: () => number
}

/** MSC4171: members that clients leave out of names. */
function functionalMembers(room: Room): ReadonlySet<string> {
  const listed = committedState(room)('io.element.functional_members', '')?.pdu.content['service_members']
  return new Set(Array.isArray(listed) ? listed.filter((id) => typeof id === 'string') : [])
}

/** Whether any of the events may have others that relate to it: those that memory shows to have none need no look-up. */
const mayHaveRelations = (room: Room, events: readonly StoredEvent[]): boolean =>
  events.some(({ pos, eventId }) => {
    if (pos! <= room.recentAfter) return true
    for (let i = room.recent.length - 1; i >= 0 && room.recent[i]!.pos! > pos!; i--)
      if (room.recent[i]!.relation?.eventId === eventId) return true
    return false
  })

/** Everything that tells clients what is new. */
export function wireSync(storage: Storage, { roomStates, visibility, clientEvents, typing }: Rooms, beside: Beside) {
  const { streams, memberships, events, state, receipts, accountData, changes } = storage
  const { tokens, presence, notificationCounts, now, userRooms } = beside
  const readers = createReaders({ streams, userRooms, typing, now })
  const unread = createUnreadCounts({ receipts, unread: storage.unread, streams })
  const recentReceipts = createRecentReceipts({ receipts, streams })
  const timeline = createRoomTimeline({ events })
  const heroes = createHeroes({ memberships, functionalMembers })

  const texts: EventTexts = (room, shown, viewer) =>
    clientEvents(shown, room, viewer, { withRoomId: false, ...(mayHaveRelations(room, shown) && { bundledUpTo: streams.head() }) })
  const stateTexts: EventTexts = (room, shown, viewer) => clientEvents(shown, room, viewer, { withRoomId: false, asState: true })
  const visible: VisibleEvents = (room, found, viewer) => {
    const sight = visibility.sightOn(viewer.userId, room, found)
    const pick = (s: Awaited<typeof sight>) =>
      found.filter(
        (event) => s.sees(event) && (viewer.ignored.size === 0 || event.stateKey !== undefined || !viewer.ignored.has(event.sender)),
      )
    return sight instanceof Promise ? sight.then(pick) : pick(sight)
  }

  const others = createOtherSections({ roomStates, state, timeline, texts, visible })
  const joined = createJoinedSection({
    timeline,
    stateDelta: createStateDelta({ roomStates, state }),
    heroes,
    unread,
    typing,
    texts,
    stateTexts,
    visible,
    notificationCounts,
  })
  const roomText = createSlidingRoomText({
    roomStates,
    timeline,
    requiredState: createRequiredState({ roomStates, state }),
    heroes,
    others,
    words: { texts, stateTexts, visible },
    counts: { unread, notificationCounts },
  })
  return {
    userRooms,
    readers,
    sync: createFieldKeepingSync(
      createSync({
        readers,
        roomStates,
        sections: { joined, others },
        stores: { accountData, changes },
        shownAccountData,
        memory: { streams, typing, presence, receipts: recentReceipts, unread },
        tokens,
      }),
    ),
    slidingSync: createSlidingSync({
      readers,
      roomStates,
      userRooms,
      connections: createSlidingConnections(beside),
      parts: {
        roomText,
        extensions: createSlidingExtensions({
          accountData,
          shownAccountData,
          receipts: recentReceipts,
          typing,
          unread,
          notificationCounts,
        }),
        unread,
      },
      memory: { streams, typing },
      personalFacts: createPersonalFacts({ accountData, identifiers: storage.identifiers, streams, directRoomsIn }),
    }),
  }
}
