import type { UserId } from '../../spec/identifiers.ts'
import type { Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import { committedState } from '../rooms/room.ts'
import type { RoomMembership } from '../storage/memberships.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import type { EventTexts, NotificationCounts, Viewer, VisibleEvents } from './joined-section.ts'
import type { OtherSections } from './other-sections.ts'
import { stateWish, type RequiredState, type StateWish } from './required-state.ts'
import { hasName, type Heroes } from './room-summary.ts'
import type { RoomTimeline } from './room-timeline.ts'
import type { SentRoom } from './sliding-connections.ts'
import type { RoomConfig } from './sliding-lists.ts'
import type { UnreadCounts, UnreadTally } from './unread-counts.ts'

export interface SlidingRoomRequest {
  readonly viewer: Viewer
  readonly room: Room
  readonly membership: RoomMembership
  readonly config: RoomConfig
  /** What the connection was sent of the room. */
  readonly sent: SentRoom | undefined
  readonly upTo: number
  /** The connection's position: what came after it happened live. */
  readonly liveFrom: number
  readonly isDirect: boolean
  readonly bump: number
}

/** A room's news as JSON text, and what the connection then has been sent; `undefined` without news. */
export type SlidingRoomText = (request: SlidingRoomRequest) => Promise<{ text: string; sent: SentRoom } | undefined>

interface Needs {
  roomStates: RoomStates
  timeline: RoomTimeline
  requiredState: RequiredState
  heroes: Heroes
  others: OtherSections
  words: { texts: EventTexts; stateTexts: EventTexts; visible: VisibleEvents }
  counts: { unread: UnreadCounts; notificationCounts: NotificationCounts }
}

const contentOf = (room: Room, type: string, key: string): unknown => committedState(room)(type, '')?.pdu.content[key]

export function createSlidingRoomText(needs: Needs): SlidingRoomText {
  const { roomStates, timeline, requiredState, heroes, others, words, counts } = needs
  const wishes = new WeakMap<RoomConfig, StateWish>()

  const wishOf = (config: RoomConfig, me: UserId): StateWish => {
    let wish = wishes.get(config)
    if (wish === undefined) wishes.set(config, (wish = stateWish(config.requiredState, me)))
    return wish
  }

  /** Name, avatar, heroes and counts, where they may have changed. */
  const headText = async ({ room, viewer, isDirect }: SlidingRoomRequest): Promise<string> => {
    const name = contentOf(room, 'm.room.name', 'name')
    const avatar = contentOf(room, 'm.room.avatar', 'url')
    const head: { [key: string]: unknown } = { joined_count: room.counts.join, invited_count: room.counts.invite, is_dm: isDirect }
    if (typeof name === 'string' && name !== '') head['name'] = name
    if (typeof avatar === 'string') head['avatar'] = avatar
    if (!hasName(room)) {
      const users = await heroes.of(room, viewer.userId)
      await roomStates.loadMembers(room, users)
      head['heroes'] = users.map((user_id) => {
        const { displayname, avatar_url } = room.members.get(user_id)?.pdu.content ?? {}
        return { user_id, ...(typeof displayname === 'string' && { displayname }), ...(typeof avatar_url === 'string' && { avatar_url }) }
      })
    }
    return JSON.stringify(head).slice(1, -1)
  }

  /** Entries without content, for what is state no more. Only a turn takes state away, and a timeline begins behind it. */
  const goneTexts = async (room: Room, wish: StateWish, { told, upTo: after }: SentRoom, upTo: number): Promise<readonly string[]> => {
    if (room.turnedVersion === 0) return []
    const gone = await requiredState.gone(room, wish, told, after, upTo)
    return gone.map(({ type, stateKey }) => JSON.stringify({ type, state_key: stateKey }))
  }

  const countsText = ({ viewer, room }: SlidingRoomRequest): string => {
    const { main, threads } = counts.unread.of(viewer, room)
    let [notifications, highlights] = [0, 0]
    const add = (tally: UnreadTally) => {
      const { notification_count, highlight_count } = counts.notificationCounts(viewer.userId, room, tally)
      notifications += notification_count
      highlights += highlight_count
    }
    add(main)
    threads.forEach(add)
    return `"notification_count":${notifications},"highlight_count":${highlights}`
  }

  const invited = async (request: SlidingRoomRequest): Promise<{ text: string; sent: SentRoom } | undefined> => {
    const { room, viewer, membership, sent, upTo, bump, config } = request
    if (sent !== undefined && membership.changedAt <= sent.upTo) return undefined
    const state = await others.inviteState(room, viewer)
    if (state === undefined) return undefined
    const lists = config.lists.length > 0 ? `,"lists":${JSON.stringify(config.lists)}` : ''
    return {
      text: `{"initial":true,"membership":"${membership.membership}","invite_state":[${state.join(',')}],"bump_stamp":${bump},${await headText(request)}${lists}}`,
      sent: { upTo, timelineLimit: 0, requiredState: '', counts: '', told: noOne },
    }
  }

  const joined = async (request: SlidingRoomRequest): Promise<{ text: string; sent: SentRoom } | undefined> => {
    const { viewer, room, config, upTo, liveFrom, bump, membership } = request
    // Somebody who came back after a while gets the room anew.
    const sent = request.sent !== undefined && membership.since <= request.sent.upTo ? request.sent : undefined
    const widened = sent !== undefined && config.timelineLimit > sent.timelineLimit
    const newWish = sent !== undefined && config.stateText !== sent.requiredState
    const tally = countsText(request)
    if (sent !== undefined && room.pos <= sent.upTo && !widened && !newWish) {
      return tally === sent.counts ? undefined : { text: `{"bump_stamp":${bump},${tally}}`, sent: { ...sent, upTo, counts: tally } }
    }
    const sliced = timeline(room, { after: sent === undefined || widened ? 0 : sent.upTo, upTo, limit: config.timelineLimit })
    const slice = sliced instanceof Promise ? await sliced : sliced
    const shown = words.visible(room, slice.events, viewer)
    const events = shown instanceof Promise ? await shown : shown
    const wish = wishOf(config, viewer.userId)
    const speakers = wish.lazy ? newSpeakers(events, sent) : nobody
    const whole = sent === undefined || newWish
    const found = whole
      ? requiredState.whole(room, wish, speakers)
      : requiredState.since(room, wish, { speakers, told: sent.told }, sent.upTo, upTo)
    const state = found instanceof Promise ? await found : found
    const changed = whole || slice.events.some(({ stateKey }) => stateKey !== undefined) || slice.limited
    const parts = [
      ...(sent === undefined ? ['"initial":true'] : []),
      ...(widened ? ['"unstable_expanded_timeline":true'] : []),
      ...(changed ? [await headText(request)] : []),
      `"bump_stamp":${bump}`,
      tally,
      ...(config.lists.length > 0 ? [`"lists":${JSON.stringify(config.lists)}`] : []),
    ]
    if (config.timelineLimit > 0 && (events.length > 0 || slice.limited || sent === undefined)) {
      const lines = words.texts(room, events, viewer)
      const live = events.filter(({ pos }) => pos! > liveFrom && sent !== undefined).length
      parts.push(
        `"timeline":[${(lines instanceof Promise ? await lines : lines).join(',')}],"limited":${slice.limited},"prev_batch":"t${slice.before}","num_live":${live}`,
      )
    }
    const stubs = sent !== undefined && slice.limited ? await goneTexts(room, wish, sent, upTo) : nobody
    const entries = [...stubs, ...(state.length === 0 ? [] : await words.stateTexts(room, state, viewer))]
    if (entries.length > 0) parts.push(`"required_state":[${entries.join(',')}]`)
    const told = wish.lazy ? withSpeakers(sent?.told ?? noOne, speakers) : noOne
    return {
      text: `{${parts.join(',')}}`,
      sent: {
        upTo,
        timelineLimit: Math.max(config.timelineLimit, sent?.timelineLimit ?? 0),
        requiredState: config.stateText,
        counts: tally,
        told,
      },
    }
  }

  const left = async (request: SlidingRoomRequest): Promise<{ text: string; sent: SentRoom } | undefined> => {
    const { room, viewer, membership, config, bump, liveFrom } = request
    // What was sent before a restart is forgotten, but not how far the client had come.
    const sent = request.sent ?? { upTo: liveFrom, timelineLimit: 0, requiredState: '', counts: '', told: noOne }
    if (sent.upTo === 0 || membership.changedAt <= sent.upTo) return undefined
    // The end of one's own membership is told once, with what led to it.
    const slice = await timeline(room, { after: sent.upTo, upTo: membership.changedAt, limit: Math.max(1, config.timelineLimit) })
    const events = await words.visible(room, slice.events, viewer)
    await roomStates.loadMembers(room, [viewer.userId])
    const end = [room.members.get(viewer.userId)].filter((event) => event !== undefined)
    const [lines, state] = await Promise.all([words.texts(room, events, viewer), words.stateTexts(room, end, viewer)])
    return {
      text: `{"membership":"${membership.membership}","bump_stamp":${bump},"timeline":[${lines.join(',')}],"limited":${slice.limited},"required_state":[${state.join(',')}]}`,
      sent: { ...sent, upTo: membership.changedAt },
    }
  }

  return (request) => {
    const { membership } = request.membership
    return membership === 'join' ? joined(request) : membership === 'invite' || membership === 'knock' ? invited(request) : left(request)
  }
}

const noOne: ReadonlySet<string> = new Set()
const nobody: readonly string[] = []

/** Who speaks, and has not been told of. */
const newSpeakers = (events: readonly StoredEvent[], sent: SentRoom | undefined): string[] =>
  [...new Set(events.map(({ sender }) => sender))].filter((userId) => sent === undefined || !sent.told.has(userId))

const withSpeakers = (told: ReadonlySet<string>, speakers: readonly string[]): ReadonlySet<string> =>
  speakers.length === 0 ? told : new Set([...told, ...speakers])
