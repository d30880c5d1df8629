import { canonicalJson, decodeBase64 } from './encoding.ts'
import type { JsonObject, Pdu } from './event.ts'
import { contentHash, eventOfPdu, referenceText } from './event-id.ts'
import { isUserId, serverNameOf } from './identifiers.ts'
import { isObject, own, ownString } from './json-values.ts'
import { redactPdu } from './redaction.ts'
import type { RoomVersion } from './room-versions.ts'
import type { SealedEvent } from './seal-event.ts'
import type { VerifyKey } from './signing.ts'
import { plainNumbers } from './written-numbers.ts'

// The functions of this file expect what `checkFormat` has let pass.

/** A key of another server, and until when events may be signed with it; all in milliseconds since the Unix epoch. */
export type ServerKey = { readonly key: VerifyKey } & (
  | {
      /** Until when its server vouches for it. */
      readonly validUntilTs: number
      /** When that was learnt of the server, or of a notary. */
      readonly learntTs: number
    }
  /** One of the old keys: when its server has ceased to sign with it. */
  | { readonly expiredTs: number }
)

/** The key that a server signs with under an ID, as far as it is known. */
export type KeyOf = (serverName: string, keyId: string) => ServerKey | undefined

/** How far ahead a server may vouch for a key, in milliseconds. rooms/v5/#signing-key-validity-period */
export const maxKeyValidity = 7 * 24 * 60 * 60_000

/** NOTSPEC: signatures of one server that are tried, at most; each costs a check, and servers sign with one key or two. */
const maxTried = 16

/**
 * Check 3 on receipt: the PDU itself where its content hash is right, else what redaction leaves of it.
 * server-server-api/#validating-hashes-and-signatures-on-received-events
 */
export const withCheckedHash = <P extends JsonObject>(version: RoomVersion, pdu: P): P => {
  const given = ownString(pdu['hashes'], 'sha256')
  const expected = decodeBase64(contentHash(pdu))
  return given !== undefined && expected !== undefined && decodeBase64(given)?.equals(expected) ? pdu : redactPdu(version, pdu)
}

/**
 * The servers whose signatures a PDU must bear: that of its sender, unless it is an invite that a third party vouches for; in versions 1
 * and 2 that of its ID; from version 8 on that of whoever has authorised a restricted join.
 * An empty name is that of no server: the PDU names somebody who cannot sign.
 * @param pdu as `withCheckedHash` has left it: what its content claims counts only where the hash covers it
 */
export const signersOf = (version: RoomVersion, pdu: Pdu): string[] => {
  const { type, sender, content, event_id } = pdu
  const isMember = type === 'm.room.member'
  const signers = new Set<string>()
  if (!(isMember && own(content, 'membership') === 'invite' && isObject(own(content, 'third_party_invite'))))
    signers.add(serverNameOf(sender))
  if (version.eventIdFormat === 'chosen' && event_id !== undefined && serverNameOf(event_id) !== serverNameOf(sender))
    signers.add(serverNameOf(event_id))
  // rooms/v8/#authorisation-rules, 4.2
  if (isMember && version.restrictedJoins && Object.hasOwn(content, 'join_authorised_via_users_server')) {
    const authoriser = content['join_authorised_via_users_server']
    signers.add(isUserId(authoriser) ? serverNameOf(authoriser) : '')
  }
  return [...signers]
}

/**
 * Check 2 on receipt: whether a PDU bears the signatures that it must.
 * Of a server, those count that were made with known keys which were valid at the time of the event: at least one, and each of them right.
 * server-server-api/#validating-hashes-and-signatures-on-received-events
 * @returns why it must be dropped; `undefined`: it may pass
 */
export const verifySignatures = (version: RoomVersion, pdu: Pdu, keyOf: KeyOf): string | undefined => {
  const text = referenceText(version, pdu)
  for (const server of signersOf(version, withCheckedHash(version, pdu))) {
    const tried = countingSignatures(version, pdu, server, keyOf)
    if (tried.length === 0) return `The event bears no signature of "${server}" with a key that is known and was valid then.`
    if (!tried.every(({ key, signature }) => key.verify(text, signature))) return `A signature of "${server}" on the event is wrong.`
  }
  return undefined
}

const countingSignatures = (version: RoomVersion, pdu: Pdu, server: string, keyOf: KeyOf): { key: VerifyKey; signature: string }[] => {
  const counting: { key: VerifyKey; signature: string }[] = []
  const given = own(pdu.signatures, server)
  for (const [keyId, signature] of isObject(given) ? Object.entries(given) : []) {
    if (counting.length === maxTried) break
    if (!keyId.startsWith('ed25519:') || typeof signature !== 'string') continue
    const known = keyOf(server, keyId)
    if (known !== undefined && wasValid(version, known, plainNumbers(pdu.origin_server_ts))) counting.push({ key: known.key, signature })
  }
  return counting
}

const wasValid = (version: RoomVersion, key: ServerKey, ts: number): boolean => {
  if ('expiredTs' in key) return ts <= key.expiredTs
  return !version.keyValidityEnforced || ts <= Math.min(key.validUntilTs, key.learntTs + maxKeyValidity)
}

/**
 * The event of a PDU that has passed the checks 1 to 3, and its text: the exact one, but for `unsigned`, which no hash covers.
 */
export const receivedEvent = (version: RoomVersion, pdu: Pdu): SealedEvent => {
  const { unsigned: _unsigned, ...covered } = pdu
  return { event: eventOfPdu(version, covered), json: canonicalJson(covered) }
}
