import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { Typing } from '../rooms/typing.ts'
import type { AccountDataEntry, AccountDataStore } from '../storage/account-data.ts'
import type { ChangeStore } from '../storage/changes.ts'
import type { RoomMembership } from '../storage/memberships.ts'
import type { Streams } from '../storage/streams.ts'
import type { JoinedSection, Viewer } from './joined-section.ts'
import type { OtherSections } from './other-sections.ts'
import type { Reader, Readers } from './readers.ts'
import type { RecentReceipts } from './recent-receipts.ts'
import type { SyncFilter } from './sync-filter.ts'
import type { SyncToken, SyncTokens } from './sync-token.ts'
import { decidesCounts, type UnreadCounts } from './unread-counts.ts'
import { waitForChange } from './wait-for-change.ts'

export interface SyncRequest {
  /** Who reads, as of now. */
  readonly viewer: () => Viewer | Promise<Viewer>
  readonly since: string | undefined
  readonly filter: SyncFilter
  readonly fullState: boolean
  readonly useStateAfter: boolean
  /** Milliseconds to wait for news. */
  readonly timeout: number
  readonly signal: AbortSignal
  /** Whether the session still is; a sync that waits ends with it. */
  readonly isLive: () => boolean | Promise<boolean>
}

/** What is new since a token, as JSON text. client-server-api/#get_matrixclientv3sync */
export type Sync = (request: SyncRequest) => Promise<string>

/** Presence, as far as sync needs it: events as JSON text. */
export interface PresenceNews {
  counter(): number
  since(userId: UserId, counter: number): readonly string[]
}

/** Account data as the user's clients are to see them, where storage has something shorter. `initial`: everything is told. */
export type ShownAccountData = (userId: UserId, entries: readonly AccountDataEntry[], initial: boolean) => readonly AccountDataEntry[]

interface Needs {
  readers: Readers
  roomStates: RoomStates
  sections: { joined: JoinedSection; others: OtherSections }
  stores: { accountData: AccountDataStore; changes: ChangeStore }
  shownAccountData: ShownAccountData
  memory: { streams: Streams; typing: Typing; presence: PresenceNews; receipts: RecentReceipts; unread: UnreadCounts }
  tokens: SyncTokens
}

/** What is asked, by who reads as of the answer. */
type Asked = Omit<SyncRequest, 'viewer'> & { readonly viewer: Viewer }

interface Candidate {
  membership: RoomMembership
  room: Room
  from: number
}

export function createSync({ readers, roomStates, sections, stores, shownAccountData, memory, tokens }: Needs): Sync {
  const { streams, typing, presence } = memory

  const typedSince = (reader: Reader, counter: number): RoomId[] =>
    typing.counter() === counter
      ? []
      : [...reader.rooms.values()]
          .filter(({ roomId, membership }) => membership === 'join' && typing.changeOf(roomId) > counter)
          .map(({ roomId }) => roomId)

  /** Rooms that may have news, whatever the user's place in them. */
  const changedRooms = async (reader: Reader, since: SyncToken | undefined, full: boolean): Promise<Iterable<RoomId>> => {
    if (since === undefined || full) return reader.rooms.keys()
    const typed = typedSince(reader, since.typing)
    if (reader.trackedFrom <= since.pos)
      return new Set([...[...reader.changed].filter(([, pos]) => pos > since.pos).map(([roomId]) => roomId), ...typed])
    return new Set([...(await stores.changes.roomsOf(reader.userNid, since.pos)), ...typed])
  }

  const accountDataSince = async (reader: Reader, since: SyncToken | undefined, upTo: number): Promise<readonly AccountDataEntry[]> =>
    since !== undefined && reader.trackedFrom <= since.pos && reader.accountDataChange <= since.pos
      ? []
      : stores.accountData.changed(reader.userNid, since?.pos ?? 0, upTo)

  const joinedSections = async (
    request: Asked,
    candidates: readonly Candidate[],
    since: SyncToken | undefined,
    to: SyncToken,
    data: readonly AccountDataEntry[],
    recounted: boolean,
  ): Promise<string[]> => {
    const { viewer, filter, fullState, useStateAfter } = request
    const pos = since?.pos ?? 0
    await memory.unread.load(
      viewer,
      candidates.map(({ room, membership }) => ({ room, since: membership.since })),
      to.pos,
    )
    const isNew = ({ membership }: Candidate) => membership.since > pos
    const older = await memory.receipts.since(
      candidates.filter((c) => !isNew(c)).map(({ room }) => room),
      pos,
      to.pos,
      viewer.userNid,
    )
    const fresh = await memory.receipts.since(
      candidates.filter(isNew).map(({ room }) => room),
      0,
      to.pos,
      viewer.userNid,
    )
    const texts = await Promise.all(
      candidates.map(async (candidate) => {
        const { room } = candidate
        const text = await sections.joined({
          viewer,
          room,
          from: isNew(candidate) ? 0 : pos,
          upTo: to.pos,
          whole: fullState || isNew(candidate),
          filters: filter,
          useStateAfter,
          receipts: (isNew(candidate) ? fresh : older).get(room.nid) ?? [],
          typing: isNew(candidate) ? typing.usersIn(room.roomId).length > 0 : typing.changeOf(room.roomId) > (since?.typing ?? 0),
          recounted,
          accountData: data.filter(({ roomNid }) => roomNid === room.nid),
        })
        return text && `${JSON.stringify(room.roomId)}:${text}`
      }),
    )
    return texts.filter((text) => text !== undefined)
  }

  const otherSections = async (
    { viewer, filter, useStateAfter }: Asked,
    candidates: readonly Candidate[],
    since: SyncToken | undefined,
  ) => {
    const invite: string[] = []
    const knock: string[] = []
    const leave: string[] = []
    for (const { room, membership } of candidates) {
      if (membership.changedAt <= (since?.pos ?? 0)) continue
      if (membership.membership === 'invite') {
        const text = await sections.others.invited(room, viewer)
        if (text !== undefined) invite.push(`${JSON.stringify(room.roomId)}:${text}`)
      } else if (membership.membership === 'knock') {
        knock.push(`${JSON.stringify(room.roomId)}:${await sections.others.knocked(room, viewer)}`)
      } else if (!membership.forgotten && (since !== undefined || filter.includeLeave)) {
        leave.push(
          `${JSON.stringify(room.roomId)}:${await sections.others.left(room, viewer, membership, { from: since?.pos ?? 0, filter, useStateAfter })}`,
        )
      }
    }
    return { invite, knock, leave }
  }

  const build = async (
    request: Asked,
    reader: Reader,
    since: SyncToken | undefined,
    to: SyncToken,
  ): Promise<{ text: string; news: boolean }> => {
    const { filter, fullState, viewer } = request
    const data = shownAccountData(viewer.userId, await accountDataSince(reader, since, to.pos), since === undefined)
    const recounted = since !== undefined && data.some(({ roomNid, type }) => roomNid === 0 && decidesCounts(type))
    const candidates: Candidate[] = []
    for (const roomId of await changedRooms(reader, since, fullState || recounted)) {
      const membership = reader.rooms.get(roomId)
      if (membership === undefined || !filter.allowsRoom(roomId)) continue
      const room = roomStates.known(roomId) ?? (await roomStates.open(roomId))
      if (room !== undefined) candidates.push({ membership, room, from: 0 })
    }
    const join = await joinedSections(
      request,
      candidates.filter(({ membership }) => membership.membership === 'join'),
      since,
      to,
      data,
      recounted,
    )
    const { invite, knock, leave } = await otherSections(
      request,
      candidates.filter(({ membership }) => membership.membership !== 'join'),
      since,
    )
    const own = data
      .filter((entry) => entry.roomNid === 0 && filter.globalAccountData.allows({ type: entry.type, content: entry.content }))
      .map(({ type, content }) => JSON.stringify({ type, content }))
    const present = presence.since(viewer.userId, since?.presence ?? 0)
    const news = join.length + invite.length + knock.length + leave.length + own.length + present.length > 0
    return { news, text: responseText(tokens.write(to), { join, invite, knock, leave }, own, present) }
  }

  return async (request) => {
    const { timeout, signal, isLive, fullState } = request
    const since = request.since === undefined ? undefined : tokens.read(request.since)
    const { userId, userNid } = await request.viewer()
    const reader = await readers.reader(userId, userNid)
    const deadline = performance.now() + timeout
    for (;;) {
      const change = waitForChange(reader, signal)
      const to: SyncToken = { pos: streams.head(), typing: typing.counter(), presence: presence.counter() }
      try {
        const quiet =
          since !== undefined &&
          !fullState &&
          reader.trackedFrom <= since.pos &&
          reader.lastChange <= since.pos &&
          typedSince(reader, since.typing).length === 0 &&
          presence.counter() === since.presence
        const left = deadline - performance.now()
        if (quiet && left <= 0) return responseText(tokens.write(to), { join: [], invite: [], knock: [], leave: [] }, [], [])
        if (!quiet) {
          // Asked for after the position: whom the reader ignores is as new as what is told.
          const viewer = request.viewer()
          const asked = { ...request, viewer: viewer instanceof Promise ? await viewer : viewer }
          const { text, news } = await build(asked, reader, since, to)
          if (news || since === undefined || fullState || left <= 0) return text
        }
        await change.happened(Math.max(0, deadline - performance.now()))
      } finally {
        change.cancel()
      }
      if (!(await isLive())) throw new MatrixError('M_UNKNOWN_TOKEN', 'This session has ended; log in again.')
    }
  }
}

function responseText(
  next: string,
  sections: { join: string[]; invite: string[]; knock: string[]; leave: string[] },
  own: readonly string[],
  present: readonly string[],
): string {
  const rooms = Object.entries(sections)
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `"${name}":{${texts.join(',')}}`)
  return (
    `{"next_batch":${JSON.stringify(next)}${rooms.length > 0 ? `,"rooms":{${rooms.join(',')}}` : ''}` +
    `${own.length > 0 ? `,"account_data":{"events":[${own.join(',')}]}` : ''}${present.length > 0 ? `,"presence":{"events":[${present.join(',')}]}` : ''}` +
    ',"device_one_time_keys_count":{},"device_unused_fallback_key_types":[]}'
  )
}
