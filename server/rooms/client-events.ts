import type { EventId } from '../../spec/identifiers.ts'
import { clientEventPrefix } from '../protocol/client-event.ts'
import type { EventStore } from '../storage/events.ts'
import { eventStatus, type ReplacedState, type StoredEvent } from '../storage/stored-event.ts'
import type { Bundle, BundledRelations, BundleReader } from './bundled-relations.ts'
import type { FindReplaced } from './find-replaced.ts'
import type { Room } from './room.ts'
import type { Sight } from './sight.ts'
import type { Visibility } from './visibility.ts'

/** Who gets the events. */
export interface EventReader extends BundleReader {
  /** The device, which alone is told the transaction IDs of what it sent. */
  readonly deviceNid: number | undefined
}

/** How events are told. */
export interface Presentation {
  /** Whether each event names its room. */
  readonly withRoomId: boolean
  /** Told as entries of the room's state: without what they replaced, nor what the reader was at the time. */
  readonly asState?: boolean
  /** Bundle what relates to the events, up to this position. Absent: bundle nothing. */
  readonly bundledUpTo?: number
}

/**
 * The JSON text of a room's events as a reader gets them, in their order; at once where nothing needs looking up.
 * Visibility is the caller's affair; only what is added to the events is checked here. client-server-api/#room-event-format
 */
export type ClientEvents = (
  events: readonly StoredEvent[],
  room: Room,
  reader: EventReader,
  presentation: Presentation,
) => readonly string[] | Promise<readonly string[]>

interface Needs {
  events: Pick<EventStore, 'byNids'>
  findReplaced: FindReplaced
  bundledRelations: BundledRelations
  visibility: Visibility
  now: () => number
}

/** For whom and how a page of events is told, and what was looked up for it. */
interface Page {
  readonly room: Room
  readonly reader: EventReader
  readonly presentation: Presentation

  readonly sight: Sight
  readonly replaced: ReadonlyMap<number, StoredEvent>
  /** By number. */
  readonly redactions: ReadonlyMap<number, StoredEvent>
  readonly bundles: ReadonlyMap<EventId, Bundle>
}

const nothing: Pick<Page, 'replaced' | 'redactions' | 'bundles'> = { replaced: new Map(), redactions: new Map(), bundles: new Map() }

export function createClientEvents({ events: store, findReplaced, bundledRelations, visibility, now }: Needs): ClientEvents {
  const lookUp = async (events: readonly StoredEvent[], room: Room, reader: EventReader, presentation: Presentation): Promise<Page> => {
    const { asState = false, bundledUpTo } = presentation
    const [replaced, bundles] = await Promise.all([
      asState ? new Map<number, StoredEvent>() : findReplaced(events.filter(isReplacedUnknown)),
      bundledUpTo === undefined ? new Map<EventId, Bundle>() : bundledRelations(events, room, reader, bundledUpTo),
    ])
    const nested = [...bundles.values()].flatMap(eventsOf)
    const redactedBy = [...events, ...nested].flatMap((event) => event.redactedBy ?? [])
    const redactions = redactedBy.length === 0 ? [] : await store.byNids(redactedBy)
    if (!asState) for (const event of events) if (!replaced.has(event.nid) && isReplacedUnknown(event)) replacedNothing.add(event)
    const sight = await visibility.sightOn(reader.userId, room, [...(asState ? [] : events), ...nested, ...redactions])
    return { room, reader, presentation, sight, replaced, bundles, redactions: new Map(redactions.map((event) => [event.nid, event])) }
  }

  const tell = (page: Page, event: StoredEvent, bundle: Bundle | undefined): string => {
    const { room, reader, sight, replaced, redactions } = page
    const { withRoomId, asState = false } = page.presentation
    let unsigned = `"age":${now() - event.ts}`
    if (event.transaction !== undefined && event.transaction.deviceNid === reader.deviceNid)
      unsigned += `,"transaction_id":${JSON.stringify(event.transaction.txnId)}`
    if (!asState) {
      unsigned += `,"membership":${JSON.stringify(sight.membershipAt(event))}`
      const before = event.stateKey === undefined ? undefined : (event.replaced ?? toReplaced(replaced.get(event.nid)))
      if (before !== undefined) unsigned += replacedText(before)
    }
    const redaction = event.redactedBy === undefined ? undefined : redactions.get(event.redactedBy)
    // Redactions may name one another in a circle, or themselves: what took away the redaction is not told with it.
    if (redaction !== undefined && sight.sees(asEffective(redaction)))
      unsigned += `,"redacted_because":${tell({ ...page, redactions: new Map() }, redaction, undefined)}`
    if (bundle !== undefined) unsigned += `,"m.relations":{${bundleText(bundle, (nested, itsBundle) => tell(page, nested, itsBundle))}}`
    return `${prefixOf(room, event)}${withRoomId ? `,"room_id":${JSON.stringify(event.roomId)}` : ''},"unsigned":{${unsigned}}}`
  }

  const tellAll = (events: readonly StoredEvent[], page: Page): string[] =>
    events.map((event) => tell(page, event, page.bundles.get(event.eventId)))

  return (events, room, reader, presentation) => {
    const { asState = false, bundledUpTo } = presentation
    const plain =
      bundledUpTo === undefined && events.every((event) => event.redactedBy === undefined && (asState || !isReplacedUnknown(event)))
    const sight = plain ? visibility.sightOn(reader.userId, room, asState ? [] : events) : undefined
    if (sight !== undefined && !(sight instanceof Promise)) return tellAll(events, { room, reader, presentation, sight, ...nothing })
    return lookUp(events, room, reader, presentation).then((page) => tellAll(events, page))
  }
}

/** The text of each event that is the same for all readers; gone with the event. */
const prefixes = new WeakMap<StoredEvent, string>()
const prefixOf = ({ version }: Room, event: StoredEvent): string => {
  let prefix = prefixes.get(event)
  if (prefix === undefined) prefixes.set(event, (prefix = clientEventPrefix(version, event, { withRoomId: false })))
  return prefix
}

/** A redaction that came before its target is in no timeline; with that it is told nevertheless. */
const asEffective = (redaction: StoredEvent): StoredEvent =>
  redaction.status === eventStatus.withheld ? { ...redaction, status: undefined } : redaction

/** State events of which storage has said that they replaced nothing. */
const replacedNothing = new WeakSet<StoredEvent>()
const isReplacedUnknown = (event: StoredEvent): boolean =>
  event.stateKey !== undefined &&
  event.replaced === undefined &&
  (event.stateBefore > 0 || event.overlay !== undefined) &&
  !replacedNothing.has(event)

const toReplaced = (event: StoredEvent | undefined): ReplacedState | undefined =>
  event && { eventId: event.eventId, sender: event.sender, content: event.pdu.content }

const replacedTexts = new WeakMap<ReplacedState, string>()
const replacedText = (replaced: ReplacedState): string => {
  let text = replacedTexts.get(replaced)
  if (text === undefined) {
    const { eventId, sender, content } = replaced
    text = `,"prev_content":${JSON.stringify(content)},"replaces_state":${JSON.stringify(eventId)},"prev_sender":${JSON.stringify(sender)}`
    replacedTexts.set(replaced, text)
  }
  return text
}

const eventsOf = ({ edit, thread }: Bundle): StoredEvent[] =>
  [edit, thread?.latest, thread?.latestBundle?.edit].filter((event) => event !== undefined)

const bundleText = ({ edit, thread, references }: Bundle, tell: (event: StoredEvent, bundle: Bundle | undefined) => string): string => {
  const parts: string[] = []
  if (edit !== undefined) parts.push(`"m.replace":${tell(edit, undefined)}`)
  if (thread !== undefined) {
    const { latest, latestBundle, count, participated } = thread
    parts.push(`"m.thread":{"latest_event":${tell(latest, latestBundle)},"count":${count},"current_user_participated":${participated}}`)
  }
  if (references !== undefined) parts.push(`"m.reference":{"chunk":${JSON.stringify(references.map((event_id) => ({ event_id })))}}`)
  return parts.join(',')
}
