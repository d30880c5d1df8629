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

/** Rules at hand for as long as events are built: memory may drop its own copy meanwhile. */
export type HeldRules = Map<UserId, { readonly userNid: number; readonly readerRules: ReaderRules }>

/**
 * Whom an event singles out. Whom the sender is ignored by is asked where counts are read: a row alone is no notification.
 * Every path by which events are built asks it: for messages `send-event`, for all others `deed-mentions`.
 */
export interface SingleOut {
  /** The local users whose rules may take the event otherwise than its class says, be they in the room or not. */
  candidates(draft: Draft): readonly UserId[]
  /** Those among the candidates who are told of the event: members, and who is invited by it. Their memberships must be in memory. */
  concerned(room: Room, draft: Draft, candidates: readonly UserId[]): readonly UserId[]
  /** Takes hold of those users' rules that memory has; gives the users whose rules must be read. */
  hold(held: HeldRules, userIds: readonly UserId[]): readonly UserId[]
  /** Reads the users' rules, and takes hold of them. */
  read(held: HeldRules, userIds: readonly UserId[]): Promise<void>
  /** What the event does to those users whose rules are held, by number. */
  mentions(room: Room, draft: Draft, userIds: readonly UserId[], held: HeldRules): readonly Mention[]
}

const nobody: readonly never[] = []

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

/** The user whom the draft invites. */
const invitedBy = ({ type, stateKey, content }: Draft): string | undefined =>
  type === 'm.room.member' && content['membership'] === 'invite' ? stateKey : undefined

/** Tells whom an event singles out: those for whom it does something else than its class at their level for the room. */
export function createSingleOut({ isLocal, identifiers, keywordIndex, rules, classify }: Needs): SingleOut {
  const candidates = (draft: Draft): readonly UserId[] => {
    const byRules = keywordIndex.usersFor(draft)
    const invited = invitedBy(draft)
    if (invited === undefined && own(draft.content, 'm.mentions') === undefined) return byRules
    const named = [...mentionedUsers(draft.content).slice(0, maxNamed), ...(invited === undefined ? nobody : [invited])].filter(
      (userId): userId is UserId => isUserId(userId) && isLocal(userId),
    )
    return named.length === 0 ? byRules : [...new Set([...named, ...byRules])]
  }

  const isConcerned = (room: Room, draft: Draft, userId: UserId): boolean =>
    userId !== draft.sender &&
    (userId === invitedBy(draft) || builderEntry(room, 'm.room.member', userId)?.pdu.content['membership'] === 'join')

  const judge = (room: Room, event: Event, eventsClass: number, userId: UserId, held: HeldRules): Mention | undefined => {
    const { userNid, readerRules } = held.get(userId)!
    const memberCount = room.counts.join
    const verdict = readerRules.evaluate(event, {
      memberCount,
      displayName: ownString(builderEntry(room, 'm.room.member', userId)?.pdu.content, 'displayname'),
      mayNotify: (name) => mayNotify(room, event.pdu.sender, name),
    })
    const effect = effectOf(verdict, eventsClass === eventClass.silent)
    if (effect === baseline(readerRules.levelIn(room.roomId, memberCount), eventsClass)) return undefined
    return { userNid, highlight: effect === 'highlight', ...(effect === 'silent' && { silenced: true }) }
  }

  return {
    candidates,
    concerned: (room, draft, userIds) => userIds.filter((userId) => isConcerned(room, draft, userId)),
    hold: (held, userIds) =>
      userIds.filter((userId) => {
        if (held.has(userId)) return false
        const userNid = identifiers.knownUser(userId)
        const readerRules = rules.known(userId)
        if (userNid === undefined || readerRules === undefined) return true
        held.set(userId, { userNid, readerRules })
        return false
      }),
    read: async (held, userIds) => {
      const [numbers, found] = await Promise.all([Promise.all(userIds.map((userId) => identifiers.user(userId))), rules.load(userIds)])
      for (const [i, userId] of userIds.entries()) held.set(userId, { userNid: numbers[i]!, readerRules: found.get(userId)! })
    },
    mentions: (room, draft, userIds, held) => {
      // Somebody may have left while rules were read; who joined meanwhile is asked from the next event on.
      const present = userIds.filter((userId) => held.has(userId) && isConcerned(room, draft, userId))
      if (present.length === 0) return nobody
      const event = asEvent(room, draft)
      const eventsClass = classify(room, draft)
      return present.map((userId) => judge(room, event, eventsClass, userId, held)).filter((row) => row !== undefined)
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
