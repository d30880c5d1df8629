import { createAttempt } from './attempt.ts'
import { computed, type ReadonlySignal, type Signal, signal } from './changes.ts'
import { createDrafts } from './drafts.ts'
import { createGathering, type Gathering } from './gathering.ts'
import { createHistory, type History } from './history.ts'
import type { DraftStore, Kept } from './kept.ts'
import { createLiveSocket } from './live-socket.ts'
import type { OutboxEntry } from './outbox.ts'
import { createPeople, type People } from './people.ts'
import { createPreferences, type Preferences } from './preferences.ts'
import { createReading, type Reading } from './reading.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { createSendQueue, type OutboxChange, type SendQueue } from './send-queue.ts'
import { readServerFeatures, type ServerFeatures } from './server-features.ts'
import type { SessionKeeper } from './session.ts'
import { createSpeech, type Speech } from './speech.ts'
import { createSuccession, type Succession } from './succession.ts'
import { type Connection, startSyncLoop } from './sync-loop.ts'
import { createLongPoll, createShortPoll } from './transport.ts'

/** All that a logged-in page can do. */
export interface Client {
  readonly me: string
  readonly rooms: Rooms
  readonly queue: SendQueue
  readonly speech: Speech
  readonly history: History
  readonly succession: Succession
  readonly reading: Reading
  readonly people: People
  readonly gathering: Gathering
  readonly preferences: Preferences
  readonly drafts: DraftStore
  readonly features: ReadonlySignal<ServerFeatures>
  readonly connection: ReadonlySignal<Connection>
  /** The room on the screen, of which the sync brings more. */
  readonly openRoom: Signal<string | undefined>
  /** What was refused for good, to be told to the reader. */
  readonly refused: ReadonlySignal<OutboxEntry | undefined>
  /** The network seems to be back. */
  wake(): void
  stop(): void
}

/** The parts of a browser that a client lives on. */
export interface Surroundings {
  readonly baseUrl: string
  readonly kept: Kept
  readonly WebSocket: typeof WebSocket
  readonly now: () => number
  readonly newId: () => string
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Runs `work` in one tab of the browser at a time. */
  readonly lead: (work: (signal: AbortSignal) => Promise<void>) => void
  readonly channel: { post(change: OutboxChange): void; listen(onChange: (change: OutboxChange) => void): void; close(): void }
}

const unknownFeatures: ServerFeatures = { hallway: false, quickReactions: [], presets: undefined, roomVersion: undefined }

/** Asks until the server answers: without its features, rooms would be made the plain way. */
const learnFeatures = async (session: SessionKeeper, { pause }: Surroundings, signal: AbortSignal): Promise<ServerFeatures | undefined> => {
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 20_000)) {
    try {
      return await readServerFeatures(session.call)
    } catch {
      await pause(wait, signal)
    }
  }
  return undefined
}

/** Starts a client for the session: reads what is kept, begins to sync and to send. */
export const startClient = (session: SessionKeeper, me: string, surroundings: Surroundings): Client => {
  const { baseUrl, kept, now, newId, pause, lead, channel } = surroundings
  const { call } = session
  const ended = new AbortController()
  const features = signal(unknownFeatures)
  const connection = signal<Connection>('starting')
  const openRoom = signal<string | undefined>(undefined)
  const refused = signal<OutboxEntry | undefined>(undefined)
  const queue = createSendQueue({
    store: kept.outbox,
    send: createAttempt(call),
    lead,
    channel,
    now,
    newId,
    pause,
    onRefused: (entry) => {
      refused.value = entry
    },
  })
  const serverCounts = computed(() => features.value.hallway)
  const rooms = createRooms({ me, outbox: queue.entries, serverCounts, onEvents: queue.seen })
  const history = createHistory({ call, onEvents: queue.seen })
  const succession = createSuccession({ rooms, history })
  const preferences = createPreferences({ call, me, rooms })

  const transports = () => {
    const polls = [createLongPoll(call), createShortPoll(call, pause)]
    if (!features.value.hallway) return polls
    const { accessToken, refusedToken } = session
    return [createLiveSocket({ baseUrl, accessToken, refusedToken, WebSocket: surroundings.WebSocket, now }), ...polls]
  }
  let wakeSync = () => {}
  void learnFeatures(session, surroundings, ended.signal).then((learnt) => {
    if (!learnt || ended.signal.aborted) return
    features.value = learnt
    const loop = startSyncLoop({
      transports: transports(),
      apply: rooms.apply,
      openRoom,
      connectionId: newId(),
      pause,
      now,
      onConnected: queue.wake,
    })
    const dispose = loop.connection.subscribe((value) => {
      connection.value = value
    })
    wakeSync = loop.wake
    ended.signal.addEventListener('abort', () => {
      dispose()
      loop.stop()
    })
  })

  return {
    me,
    rooms,
    queue,
    preferences,
    features,
    connection,
    openRoom,
    refused,
    drafts: createDrafts({ kept: kept.drafts, rooms, succession }),
    speech: createSpeech({ me, queue }),
    history,
    succession,
    reading: createReading({ call, me, now, isPublic: () => preferences.current.value.read_receipts === 'public' }),
    people: createPeople({ call, me, rooms }),
    gathering: createGathering({ call, me, rooms, features: () => features.value, now }),
    wake: () => {
      wakeSync()
      queue.wake()
    },
    stop: () => {
      ended.abort()
      queue.stop()
      channel.close()
    },
  }
}
