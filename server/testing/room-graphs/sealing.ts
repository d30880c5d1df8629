import type { EventId, RoomId } from '../../../spec/identifiers.ts'
import type { Citation, Event, Pdu } from '../../protocol/event.ts'
import { eventOfPdu, roomIdOfCreate } from '../../protocol/event-id.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { sealEvent, signPdu } from '../../protocol/seal-event.ts'
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

const pduOf = (version: RoomVersion, { roomId, sender, type, stateKey, content, redacts, depth, ts, ...cited }: Unsealed) => {
  const cite = ({ eventId, pdu }: Event): Citation => (version.citesWithHashes ? [eventId, { sha256: pdu.hashes.sha256 }] : eventId)
  return {
    type,
    sender,
    ...(roomId !== undefined && { room_id: roomId }),
    ...(stateKey !== undefined && { state_key: stateKey }),
    content,
    ...(redacts !== undefined && { redacts }),
    depth,
    origin_server_ts: ts,
    auth_events: cited.authEvents.map(cite),
    prev_events: cited.prevEvents.map(cite),
  }
}

const serversOf = ({ sender, coSigner }: Unsealed): string[] => [
  ...new Set([serverNameOf(sender), ...(coSigner === undefined ? [] : [coSigner])]),
]

/** IDs by chance, hashes and signatures that say nothing: quick, and good for rules and resolution. */
export const createCheapSeal =
  (version: RoomVersion, chance: Chance): Seal =>
  (unsealed) => {
    const opaque = textOf(alphabets[version.eventIdFormat], 43, chance)
    const eventId: EventId = version.eventIdFormat === 'chosen' ? `$${opaque.slice(0, 18)}:${serverNameOf(unsealed.sender)}` : `$${opaque}`
    const signatures: { [server: string]: { [keyId: string]: string } } = {}
    for (const server of serversOf(unsealed)) signatures[server] = { [keyId]: '' }
    const roomId: RoomId = unsealed.roomId ?? roomIdOfCreate(eventId)
    return { eventId, roomId, pdu: { ...pduOf(version, unsealed), hashes: { sha256: '' }, signatures } }
  }

/** Hashes, signatures and IDs as servers make them. */
export const createRealSeal =
  (version: RoomVersion): Seal =>
  (unsealed) => {
    const [first, second] = serversOf(unsealed) as [string, string?]
    const { event } = sealEvent(version, first, signingKeyOf(first), pduOf(version, unsealed))
    if (second === undefined) return event
    const pdu: Pdu = signPdu(version, second, signingKeyOf(second), event.pdu)
    return { ...eventOfPdu(version, pdu, event.eventId), roomId: event.roomId }
  }
