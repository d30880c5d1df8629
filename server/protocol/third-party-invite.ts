import { canonicalJson } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { isObject, own, ownString } from './json-values.ts'
import { createVerifyKey, signedText, type VerifyKey } from './signing.ts'

// NOTSPEC: the rule sets no bound, yet each pair costs a check; identity servers use one signature and two keys.
const maxTried = 16

/**
 * Whether one of the signatures in `signed` is that of one of the keys in the content of the `m.room.third_party_invite` event.
 * Whose signature it claims to be does not matter. rooms/v11/#authorisation-rules, 4.4.1.7
 */
export const isSignedByInviteKey = (signed: unknown, offer: JsonObject): boolean => {
  if (!isObject(signed)) return false
  const signatures = signaturesIn(signed)
  const keys = keysIn(offer)
  if (signatures.length === 0 || keys.length === 0 || !hasCanonicalForm(signed)) return false
  const text = signedText(signed)
  return keys.some((key) => signatures.some((signature) => key.verify(text, signature)))
}

const signaturesIn = (signed: JsonObject): string[] => {
  const found: string[] = []
  const servers = own(signed, 'signatures')
  for (const ofServer of isObject(servers) ? Object.values(servers) : []) {
    for (const [keyId, signature] of isObject(ofServer) ? Object.entries(ofServer) : []) {
      if (keyId.startsWith('ed25519:') && typeof signature === 'string' && found.length < maxTried) found.push(signature)
    }
  }
  return found
}

const keysIn = (offer: JsonObject): VerifyKey[] => {
  const listed = own(offer, 'public_keys')
  const texts = [
    ownString(offer, 'public_key'),
    ...(Array.isArray(listed) ? listed.slice(0, maxTried).map((entry) => ownString(entry, 'public_key')) : []),
  ]
  return texts.map((text) => (text === undefined ? undefined : createVerifyKey(text))).filter((key) => key !== undefined)
}

const hasCanonicalForm = (value: unknown): boolean => {
  try {
    canonicalJson(value)
    return true
  } catch {
    return false
  }
}
