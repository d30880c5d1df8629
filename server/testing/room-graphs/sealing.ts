import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import type { Citation, Event } from '../../protocol/event.ts'
import { roomIdOfCreate } from '../../protocol/event-id.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import type { Evidence } from '../../protocol/judged.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { sealEvent, signPdu, type UnsealedEvent } from '../../protocol/seal-event.ts'
import { createSigningKey, type SigningKey } from '../../protocol/signing.ts'
import type { Chance } from './chance.ts'
import type { Unsealed } from './room-graph.ts'

/** Makes an event of what is not one yet. */
export type Seal = (unsealed: Unsealed) => Event

const keyId = 'ed25519:1'
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const alphabets = { chosen: digits, 'standard-hash': `${digits}+/`, 'url-safe-hash': `${digits}-_` }

const keys = new Map<string, SigningKey>()

/** The signing key of a server in graphs: the same for the same name. */
export const signingKeyOf = (serverName: string): SigningKey => {
  const key = keys.get(serverName) ?? createSigningKey({ keyId, seed: Buffer.alloc(32, serverName) })
  keys.set(serverName, key)
  return key
}

const textOf = (alphabet: string, length: number, chance: Chance): string => {
  let text = ''
  while (text.length < length) text += alphabet[chance.between(0, alphabet.length - 1)]
  return text
}

const pduOf = (version: RoomVersion, eventId: EventId | undefined, unsealed: Unsealed): UnsealedEvent => {
  const { roomId, sender, type, stateKey, content, redacts, depth, ts, authEvents, prevEvents } = unsealed
  const cite = (event: Event): Citation => (version.citesWithHashes ? [event.eventId, { sha256: event.pdu.hashes.sha256 }] : event.eventId)
  return {
    ...(version.eventIdFormat === 'chosen' && eventId !== undefined && { event_id: eventId }),
    type,
    sender,
    ...(roomId !== undefined && { room_id: roomId }),
    ...(stateKey !== undefined && { state_key: stateKey }),
    content,
    ...(redacts !== undefined && { redacts }),
    depth,
    origin_server_ts: ts,
    auth_events: authEvents.map(cite),
    prev_events: prevEvents.map(cite),
  }
}

/** The servers that sign an event: the sender's first. */
const serversOf = ({ sender, coSigner }: Unsealed): string[] => [
  ...new Set([serverNameOf(sender), ...(coSigner === undefined ? [] : [coSigner])]),
]

const chooseId = (version: RoomVersion, { sender }: Unsealed, chance: Chance): EventId => {
  const opaque = textOf(alphabets[version.eventIdFormat], version.eventIdFormat === 'chosen' ? 18 : 43, chance)
  return version.eventIdFormat === 'chosen' ? `$${opaque}:${serverNameOf(sender)}` : `$${opaque}`
}

/** IDs by chance, hashes and signatures that say nothing: quick, and good for rules and resolution. */
export const createCheapSeal =
  (version: RoomVersion, chance: Chance): Seal =>
  (unsealed) => {
    const eventId = chooseId(version, unsealed, chance)
    const signatures: { [server: string]: { [keyId: string]: string } } = {}
    for (const server of serversOf(unsealed)) signatures[server] = { [keyId]: '' }
    const roomId: RoomId = unsealed.roomId ?? roomIdOfCreate(eventId)
    return { eventId, roomId, pdu: { ...pduOf(version, eventId, unsealed), hashes: { sha256: '' }, signatures } }
  }

/** Hashes, signatures and IDs as servers make them; IDs that servers choose are chosen by chance. */
export const createRealSeal =
  (version: RoomVersion, chance: Chance): Seal =>
  (unsealed) => {
    const [first, second] = serversOf(unsealed) as [string, string?]
    const { event } = sealEvent(version, first, signingKeyOf(first), pduOf(version, chooseId(version, unsealed, chance), unsealed))
    return second === undefined ? event : { ...event, pdu: signPdu(version, second, signingKeyOf(second), event.pdu) }
  }

/** The signatures that an event bears; in graphs none is forged. */
export const signaturesOf = ({ pdu }: Event): Evidence => ({ signedBy: (serverName) => Object.hasOwn(pdu.signatures, serverName) })
