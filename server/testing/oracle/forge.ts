import type { EventId, RoomId, UserId } from '../../../spec/identifiers.ts'
import type { Event, JsonObject, Pdu } from '../../protocol/event.ts'
import { eventIdOf, eventOfPdu } from '../../protocol/event-id.ts'
import { serverNameOf } from '../../protocol/identifiers.ts'
import { isObject } from '../../protocol/json-values.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createSigningKey, signJson } from '../../protocol/signing.ts'
import type { Chance } from '../room-graphs/chance.ts'

/** What is given of an event; the rest is made up. */
export interface Sketch {
  readonly type: string
  readonly sender: string
  readonly stateKey?: string | undefined
  readonly content: JsonObject
  readonly roomId?: string | undefined
  readonly redacts?: string | undefined
  readonly cites?: readonly EventId[]
  readonly follows?: readonly EventId[]
  /** Servers that signed, beside the sender's. */
  readonly signers?: readonly string[]
}

/** Makes events of sketches: with IDs that are theirs, and signatures that nobody verifies. */
export type Forge = (sketch: Sketch) => Event

/** The PDU as other servers get it: versions 1 and 2 carry the ID within. */
export const wirePdu = (version: RoomVersion, { eventId, pdu }: Event): JsonObject => ({
  ...pdu,
  ...(version.eventIdFormat === 'chosen' && { event_id: eventId }),
  depth: pdu.depth > Number.MAX_SAFE_INTEGER ? JSON.rawJSON('9223372036854775807') : pdu.depth,
  content: writtenNumbers(pdu.content),
})

/** The value with numbers that are no safe integers as they are written. */
const writtenNumbers = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : JSON.rawJSON(`${value}`)
  if (Array.isArray(value)) return value.map(writtenNumbers)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writtenNumbers(inner)])) : value
}

export const createForge = (version: RoomVersion, chance: Chance): Forge => {
  let made = 0
  return ({ type, sender, stateKey, content, roomId, redacts, cites = [], follows = [], signers = [] }) => {
    const cite = (ids: readonly EventId[]): Pdu['auth_events'] =>
      version.citesWithHashes ? ids.map((id) => [id, { sha256: 'c29tZXRoaW5n' }] as const) : ids
    const pdu: Pdu = {
      type,
      sender: sender as UserId,
      ...(roomId !== undefined && { room_id: roomId as RoomId }),
      ...(stateKey !== undefined && { state_key: stateKey }),
      ...(redacts !== undefined && { redacts: redacts as EventId }),
      content,
      depth: ++made,
      origin_server_ts: chance.between(0, 2 ** 40 - 1),
      auth_events: cite(cites),
      prev_events: cite(follows),
      hashes: { sha256: 'c29tZXRoaW5n' },
      signatures: Object.fromEntries([serverNameOf(sender), ...signers].map((name) => [name, { 'ed25519:1': 'c29tZXRoaW5n' }])),
    }
    const eventId: EventId =
      version.eventIdFormat === 'chosen'
        ? `$${made}:${serverNameOf(sender)}`
        : eventIdOf(version, wirePdu(version, { eventId: '$', roomId: '!', pdu }))
    return eventOfPdu(version, pdu, eventId)
  }
}

const rightKey = createSigningKey({ keyId: 'ed25519:0', seed: Buffer.alloc(32, 1) })
const wrongKey = createSigningKey({ keyId: 'ed25519:0', seed: Buffer.alloc(32, 2) })

/** The public key that `signedInvite` signs with, and one that signs nothing. */
export const inviteKeys = { right: rightKey.publicKey, wrong: wrongKey.publicKey } as const

/** The `signed` of a third-party invitation, signed by the right key. */
export const signedInvite = (mxid: string, token: string): JsonObject => signJson({ mxid, token }, 'id.three', rightKey)
