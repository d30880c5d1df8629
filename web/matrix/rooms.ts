import type { SlidingRoom, SlidingSyncResponse } from '../../spec/client/sliding-sync.ts'
import type { UnreadResponse } from '../../spec/extensions/unread.ts'
import { batch, type ReadonlySignal, signal } from './changes.ts'
import { type Content, type RoomEvent, textsOf } from './event.ts'
import type { OutboxEntry } from './outbox.ts'
import { createRoom, type Room } from './room.ts'

/** A sliding sync's answer with the extensions that this client knows. */
export type SyncAnswer = Omit<SlidingSyncResponse, 'extensions'> & {
  extensions?: SlidingSyncResponse['extensions'] & { 'chat.hallway.unread'?: UnreadResponse }
}

/** All rooms that the reader's account knows, kept up to date by syncs. */
export interface Rooms {
  readonly all: ReadonlySignal<ReadonlyMap<string, Room>>
  /** Global account data by type. */
  readonly accountData: ReadonlySignal<ReadonlyMap<string, Content>>
  get(roomId: string): Room | undefined
  /** The room, made if it is not known: for one that is looked at without being joined. */
  open(roomId: string): Room
  apply(answer: SyncAnswer): void
  setAccountData(type: string, content: Content): void
}

interface Needs {
  readonly me: string
  readonly outbox: ReadonlySignal<readonly OutboxEntry[]>
  /** Whether the server counts what is unread. */
  readonly serverCounts: ReadonlySignal<boolean>
  /** New events of a room came. */
  readonly onEvents: (events: readonly RoomEvent[]) => void
}

type Extensions = NonNullable<SyncAnswer['extensions']>

/** Creates an empty set of rooms. */
export const createRooms = ({ me, outbox, serverCounts, onEvents }: Needs): Rooms => {
  const all = signal<ReadonlyMap<string, Room>>(new Map())
  const accountData = signal<ReadonlyMap<string, Content>>(new Map())

  /** A name that any other room knows. */
  const knownName = (userId: string): string | undefined => {
    for (const room of all.value.values()) {
      const name = room.members.value.get(userId)?.name
      if (name !== undefined) return name
    }
    return undefined
  }

  const open = (roomId: string): Room => {
    const known = all.value.get(roomId)
    if (known) return known
    const room = createRoom({ roomId, me, outbox, serverCounts, knownName })
    all.value = new Map(all.value).set(roomId, room)
    return room
  }

  const applyRooms = (rooms: { readonly [roomId: string]: SlidingRoom }) => {
    const missing = Object.keys(rooms).filter((roomId) => !all.value.has(roomId))
    if (missing.length > 0) {
      const made = missing.map((roomId): [string, Room] => [roomId, createRoom({ roomId, me, outbox, serverCounts, knownName })])
      all.value = new Map([...all.value, ...made])
    }
    for (const [roomId, news] of Object.entries(rooms)) {
      const fresh = all.value.get(roomId)?.apply(news)
      if (fresh && fresh.length > 0) onEvents(fresh)
    }
  }

  const applyExtensions = (extensions: Extensions) => {
    for (const { type, content } of extensions.account_data?.global ?? []) {
      accountData.value = new Map(accountData.value).set(type, content)
    }
    for (const [roomId, events] of Object.entries(extensions.account_data?.rooms ?? {})) {
      for (const { type, content } of events) all.value.get(roomId)?.applyAccountData(type, content)
    }
    for (const [roomId, { content }] of Object.entries(extensions.receipts?.rooms ?? {})) all.value.get(roomId)?.receipts.apply(content)
    for (const [roomId, { content }] of Object.entries(extensions.typing?.rooms ?? {})) {
      all.value.get(roomId)?.applyTyping(textsOf(content, 'user_ids'))
    }
    for (const [roomId, counts] of Object.entries(extensions['chat.hallway.unread']?.rooms ?? {})) open(roomId).unread.apply(counts)
  }

  return {
    all,
    accountData,
    get: (roomId) => all.value.get(roomId),
    open,
    apply: (answer) =>
      batch(() => {
        applyRooms((answer.rooms ?? {}) as { readonly [roomId: string]: SlidingRoom })
        applyExtensions(answer.extensions ?? {})
      }),
    setAccountData: (type, content) => {
      accountData.value = new Map(accountData.value).set(type, content)
    },
  }
}
