import type { RoomId } from '../../spec/identifiers.ts'
import type { SlidingSyncRequest } from '../../spec/client/sliding-sync.ts'
import type { Room } from '../rooms/room.ts'
import type { Typing } from '../rooms/typing.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { NotificationCounts, Viewer } from './joined-section.ts'
import type { Reader } from './readers.ts'
import { receiptContent, type RecentReceipts } from './recent-receipts.ts'
import { toldBeside, type Connection, type Progress } from './sliding-connections.ts'
import type { RoomConfig } from './sliding-lists.ts'
import type { ShownAccountData } from './sync.ts'
import type { UnreadCounts, UnreadTally } from './unread-counts.ts'

export interface ExtensionsRequest {
  readonly viewer: Viewer
  readonly reader: Reader
  readonly wishes: NonNullable<SlidingSyncRequest['extensions']>
  readonly connection: Connection
  readonly to: Progress
  /** The rooms that the request looks at. */
  readonly rooms: ReadonlyMap<RoomId, RoomConfig>
  /** Those of them beside which something may have happened; `undefined`: all. Typing is apart. */
  readonly changed: readonly RoomId[] | undefined
  /** Rooms that this response gives whole. */
  readonly initial: ReadonlySet<RoomId>
  readonly roomOf: (roomId: RoomId) => Room | undefined
  readonly openRoom: (roomId: RoomId) => Promise<Room | undefined>
}

export interface ExtensionTexts {
  /** By name; without those that have no news. */
  readonly texts: ReadonlyMap<string, string>
  readonly unread: ReadonlyMap<string, string>
}

export type SlidingExtensions = (request: ExtensionsRequest) => Promise<ExtensionTexts>

interface Needs {
  accountData: AccountDataStore
  shownAccountData: ShownAccountData
  receipts: RecentReceipts
  typing: Typing
  unread: UnreadCounts
  notificationCounts: NotificationCounts
}

interface Scope {
  enabled?: boolean
  lists?: readonly string[]
  rooms?: readonly string[]
}

const entries = (texts: readonly string[]) => `{"rooms":{${texts.join(',')}}}`

export function createSlidingExtensions({
  accountData,
  shownAccountData,
  receipts,
  typing,
  unread,
  notificationCounts,
}: Needs): SlidingExtensions {
  const inScope = ({ lists, rooms }: Scope, request: ExtensionsRequest, among: Iterable<RoomId>): RoomId[] => {
    const anyOf = (wanted: readonly string[] | undefined, has: (name: string) => boolean, some: boolean) =>
      wanted === undefined || wanted.includes('*') ? some : wanted.some(has)
    const found: RoomId[] = []
    for (const roomId of among) {
      const place = request.rooms.get(roomId)
      if (
        place !== undefined &&
        (anyOf(lists, (name) => place.lists.includes(name), place.lists.length > 0) ||
          anyOf(rooms, (id) => place.subscribed && id === roomId, place.subscribed))
      )
        found.push(roomId)
    }
    return found
  }
  const changedIn = ({ rooms, changed }: ExtensionsRequest): Iterable<RoomId> => changed ?? rooms.keys()

  /** How far the client was told of what lies beside a room's events. */
  const toldOf = ({ connection, initial }: ExtensionsRequest, roomId: RoomId): Progress =>
    initial.has(roomId) ? { pos: 0, typing: 0 } : toldBeside(connection, roomId)

  /** Who is not in a room learns nothing of what its members do. */
  const joinedIn = (scope: Scope, request: ExtensionsRequest, among: Iterable<RoomId>): RoomId[] =>
    inScope(scope, request, among).filter((roomId) => request.reader.rooms.get(roomId)?.membership === 'join')

  const personal = async (scope: Scope, request: ExtensionsRequest): Promise<string | undefined> => {
    const { reader, connection, to, roomOf } = request
    const from = connection.progress.pos
    const wanted = inScope(scope, request, changedIn(request))
    const least = Math.min(from, ...wanted.map((roomId) => toldOf(request, roomId).pos))
    if (least > 0 && reader.trackedFrom <= least && reader.accountDataChange <= least) return undefined
    const found = shownAccountData(reader.userId, await accountData.changed(reader.userNid, least, to.pos), from === 0)
    const textOf = ({ type, content }: { type: string; content: unknown }) => JSON.stringify({ type, content })
    const global = found.filter(({ roomNid, pos }) => roomNid === 0 && (from === 0 || pos > from)).map(textOf)
    const rooms = wanted.flatMap((roomId) => {
      const nid = roomOf(roomId)?.nid
      const { pos: told } = toldOf(request, roomId)
      const own = found.filter(({ roomNid, pos }) => roomNid === nid && pos > told)
      return own.length === 0 ? [] : [`${JSON.stringify(roomId)}:[${own.map(textOf).join(',')}]`]
    })
    return global.length + rooms.length === 0 ? undefined : `{"global":[${global.join(',')}],"rooms":{${rooms.join(',')}}}`
  }

  const receiptsOf = async (scope: Scope, request: ExtensionsRequest): Promise<string | undefined> => {
    const { viewer, to, roomOf } = request
    const rooms = joinedIn(scope, request, changedIn(request))
      .map(roomOf)
      .filter((room) => room !== undefined)
    const texts: string[] = []
    for (const [told, some] of Map.groupBy(rooms, ({ roomId }) => toldOf(request, roomId).pos)) {
      const found = await receipts.since(some, told, to.pos, viewer.userNid)
      for (const { roomId, nid } of some) {
        const news = found.get(nid) ?? []
        if (news.length > 0) texts.push(`${JSON.stringify(roomId)}:${JSON.stringify({ type: 'm.receipt', content: receiptContent(news) })}`)
      }
    }
    return texts.length === 0 ? undefined : entries(texts)
  }

  const typingOf = (scope: Scope, request: ExtensionsRequest): string | undefined => {
    const { changed, connection, to, rooms, initial } = request
    if (changed !== undefined && initial.size === 0 && connection.progress.typing === to.typing) return undefined
    const texts = joinedIn(scope, request, rooms.keys()).flatMap((roomId) => {
      const users = typing.usersIn(roomId)
      const changed = request.initial.has(roomId) ? users.length > 0 : typing.changeOf(roomId) > toldOf(request, roomId).typing
      return changed ? [`${JSON.stringify(roomId)}:${JSON.stringify({ type: 'm.typing', content: { user_ids: users } })}`] : []
    })
    return texts.length === 0 ? undefined : entries(texts)
  }

  const unreadText = (viewer: Viewer, room: Room): string => {
    const { main, threads } = unread.of(viewer, room)
    const counts = (tally: UnreadTally) => ({
      messages: tally.messages,
      mentions: notificationCounts(viewer.userId, room, tally).highlight_count,
    })
    const byThread = [...threads].filter(([, { messages }]) => messages > 0)
    if (byThread.length === 0) return JSON.stringify(counts(main))
    return JSON.stringify({ ...counts(main), threads: Object.fromEntries(byThread.map(([root, tally]) => [root, counts(tally)])) })
  }

  const unreadOf = async (request: ExtensionsRequest): Promise<{ text: string | undefined; told: Map<string, string> }> => {
    const { viewer, reader, connection, to, openRoom, roomOf } = request
    const from = connection.begun ? connection.progress.pos : 0
    const all = from === 0 || reader.trackedFrom > from
    const joined: { room: Room; since: number }[] = []
    for (const [roomId, changed] of all ? [...reader.rooms.keys()].map((id) => [id, Infinity] as const) : reader.changed) {
      const membership = reader.rooms.get(roomId)
      if (changed <= from || membership?.membership !== 'join') continue
      const room = roomOf(roomId) ?? (await openRoom(roomId))
      if (room !== undefined) joined.push({ room, since: membership.since })
    }
    await unread.load(viewer, joined, to.pos)
    const told = new Map<string, string>()
    for (const { room } of joined) {
      const text = unreadText(viewer, room)
      if (text !== (connection.unread.get(room.roomId) ?? nothingUnread)) told.set(room.roomId, text)
    }
    return { text: told.size === 0 ? undefined : entries([...told].map(([roomId, text]) => `${JSON.stringify(roomId)}:${text}`)), told }
  }

  return async (request) => {
    const { wishes } = request
    const texts = new Map<string, string>()
    const add = (name: string, text: string | undefined) => {
      if (text !== undefined) texts.set(name, text)
    }
    if (wishes.account_data?.enabled === true) add('account_data', await personal(wishes.account_data, request))
    if (wishes.receipts?.enabled === true) add('receipts', await receiptsOf(wishes.receipts, request))
    if (wishes.typing?.enabled === true) add('typing', typingOf(wishes.typing, request))
    let told: ReadonlyMap<string, string> = new Map()
    if (wishes['chat.hallway.unread']?.enabled === true) {
      const found = await unreadOf(request)
      add('chat.hallway.unread', found.text)
      told = found.told
    }
    return { texts, unread: told }
  }
}

const nothingUnread = '{"messages":0,"mentions":0}'
