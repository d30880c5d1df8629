import type { EventId, UserId } from '../../spec/identifiers.ts'
import type { Draft, Event } from '../protocol/event.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { own, ownString } from '../protocol/json-values.ts'
import { mentionedUsers } from '../protocol/notification-class.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { eventClass, type Mention } from '../storage/stored-event.ts'
import { mayNotify } from './event-class.ts'
import { effectOf, type Effect, type NotificationLevel, type ReaderRules } from './notification-level.ts'
import { builderEntry, type Room } from './room.ts'
import type { SingleOut } from './send-event.ts'

/**
 * Finds the local users whose own rules may take an event otherwise than its class and their level say: by keywords, senders,
 * rooms and the like, whether they are in the room or not. What it costs does not depend on how many are.
 */
export interface KeywordIndex {
  usersFor(draft: Draft): readonly UserId[]
}

/** The compiled push rules of local users. */
export interface RulesInMemory {
  /** `undefined` when they must be loaded first. */
  known(userId: UserId): ReaderRules | undefined
  load(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, ReaderRules>>
}

interface Needs {
  isLocal: (userId: string) => boolean
  identifiers: Pick<Identifiers, 'knownUser' | 'user'>
  keywordIndex: KeywordIndex
  rules: RulesInMemory
  /** What an event is by the default rules: one of `eventClass`. */
  classify: (room: Room, draft: Draft) => number
}

/** Somebody whom the event may single out. */
interface Candidate {
  readonly userNid: number
  readonly readerRules: ReaderRules
}

/**
 * Users that one event can name. NOTSPEC: there is no such bound; whoever wants to name more has `@room`.
 */
const maxNamed = 500

/** The effect of an event's class at a level. */
const baseline = (level: NotificationLevel, eventsClass: number): Effect => {
  if (eventsClass === eventClass.roomMention) return level.roomMention
  if (eventsClass === eventClass.encrypted) return level.encrypted
  return eventsClass === eventClass.message ? level.plain : 'silent'
}

/** Tells whom an event singles out: those for whom it does something else than its class at their level for the room. */
export function createSingleOut({ isLocal, identifiers, keywordIndex, rules, classify }: Needs): SingleOut {
  const candidates = (_room: Room, draft: Draft): readonly UserId[] => {
    const byRules = keywordIndex.usersFor(draft)
    if (own(draft.content, 'm.mentions') === undefined) return byRules
    const named = mentionedUsers(draft.content)
      .slice(0, maxNamed)
      .filter((userId): userId is UserId => isUserId(userId) && isLocal(userId))
    if (named.length === 0) return byRules
    return byRules.length === 0 ? named : [...new Set([...named, ...byRules])]
  }

  const joined = (room: Room, draft: Draft): UserId[] =>
    candidates(room, draft).filter(
      (userId) => userId !== draft.sender && builderEntry(room, 'm.room.member', userId)?.pdu.content['membership'] === 'join',
    )

  /** What `preload` took hold of for a draft, so that memory cannot drop it again before it is asked. */
  const loaded = new WeakMap<Draft, ReadonlyMap<UserId, Candidate>>()

  const known = (userId: UserId): Candidate | undefined => {
    const userNid = identifiers.knownUser(userId)
    const readerRules = rules.known(userId)
    return userNid === undefined || readerRules === undefined ? undefined : { userNid, readerRules }
  }

  const load = async (draft: Draft, userIds: readonly UserId[]): Promise<void> => {
    const [numbers, found] = await Promise.all([Promise.all(userIds.map((userId) => identifiers.user(userId))), rules.load(userIds)])
    loaded.set(draft, new Map(userIds.map((userId, i) => [userId, { userNid: numbers[i]!, readerRules: found.get(userId)! }])))
  }

  const judge = (
    room: Room,
    draft: Draft,
    event: Event,
    eventsClass: number,
    [userId, candidate]: [UserId, Candidate],
  ): Mention | undefined => {
    const member = builderEntry(room, 'm.room.member', userId)?.pdu.content
    // Somebody may have left while rules were read; who joined meanwhile is asked from the next event on.
    if (member?.['membership'] !== 'join') return undefined
    const { userNid, readerRules } = candidate
    const memberCount = room.counts.join
    const verdict = readerRules.evaluate(event, {
      memberCount,
      displayName: ownString(member, 'displayname'),
      mayNotify: (name) => mayNotify(room, draft.sender, name),
    })
    const effect = effectOf(verdict, eventsClass === eventClass.silent)
    if (effect === baseline(readerRules.levelIn(room.roomId, memberCount), eventsClass)) return undefined
    return { userNid, highlight: effect === 'highlight', ...(effect === 'silent' && { silenced: true }) }
  }

  return {
    candidates,
    preload: (room, draft) => {
      const users = joined(room, draft)
      const found = new Map<UserId, Candidate>()
      for (const userId of users) {
        const candidate = known(userId)
        if (candidate === undefined) return load(draft, users)
        found.set(userId, candidate)
      }
      loaded.set(draft, found)
      return undefined
    },
    mentions: (room, draft) => {
      const found = loaded.get(draft)
      if (found === undefined || found.size === 0) return []
      const event = asEvent(room, draft)
      const eventsClass = classify(room, draft)
      return [...found].map((candidate) => judge(room, draft, event, eventsClass, candidate)).filter((row) => row !== undefined)
    },
  }
}

/** What rules may look at of an event that is not built yet. */
const asEvent = ({ roomId }: Room, { type, sender, stateKey, content, redacts }: Draft): Event => ({
  eventId: '$' as EventId,
  roomId,
  pdu: {
    type,
    sender,
    content,
    room_id: roomId,
    ...(stateKey !== undefined && { state_key: stateKey }),
    ...(redacts !== undefined && { redacts }),
    depth: 0,
    origin_server_ts: 0,
    auth_events: [],
    prev_events: [],
    hashes: { sha256: '' },
    signatures: {},
  },
})
