import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { canonicalJson, decodeBase64, unpaddedBase64 } from './encoding.ts'
import type { JsonObject } from './event.ts'
import { own, ownString } from './json-values.ts'

/** An Ed25519 key with which a server signs. */
export interface SigningKey {
  /** Such as `ed25519:a1`. */
  readonly keyId: string
  /** The public half, in unpadded Base64. */
  readonly publicKey: string
  /** Signs bytes, or a text as UTF-8. @returns the signature in unpadded Base64 */
  readonly sign: (message: string | Uint8Array) => string
}

/** The public half of an Ed25519 key, ready to check with. */
export interface VerifyKey {
  /** Whether `signature` (Base64, padded or not) is the key's over the bytes, or over the text as UTF-8. */
  readonly verify: (message: string | Uint8Array, signature: string) => boolean
}

/** `signatures` as servers write them: server name → key ID → signature. */
export interface Signatures {
  readonly [server: string]: { readonly [keyId: string]: string }
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo.
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicKeyHead = Buffer.from('302a300506032b6570032100', 'hex')

const bytesOf = (message: string | Uint8Array): Uint8Array => (typeof message === 'string' ? Buffer.from(message, 'utf8') : message)

/**
 * Makes a signing key of its seed.
 * @param needs `keyId` such as `ed25519:a1`; `seed`: the 32 bytes, raw or in Base64
 * @throws RangeError when the seed is not of 32 bytes
 */
export const createSigningKey = ({ keyId, seed }: { keyId: string; seed: string | Uint8Array }): SigningKey => {
  const bytes = typeof seed === 'string' ? decodeBase64(seed) : seed
  if (bytes?.length !== 32) throw new RangeError('The seed of an Ed25519 key has 32 bytes.')
  const key = createPrivateKey({ key: Buffer.concat([privateKeyHead, bytes]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    keyId,
    publicKey: unpaddedBase64(spki.subarray(publicKeyHead.length)),
    // 64 bytes end in two signs of padding.
    sign: (message) => sign(null, bytesOf(message), key).toString('base64').slice(0, 86),
  }
}

/** Makes a key to check with of its public half in Base64; `undefined` where that is no Ed25519 key. */
export const createVerifyKey = (publicKey: string): VerifyKey | undefined => {
  const bytes = decodeBase64(publicKey)
  if (bytes?.length !== 32) return undefined
  const key = createPublicKey({ key: Buffer.concat([publicKeyHead, bytes]), format: 'der', type: 'spki' })
  return {
    verify: (message, signature) => {
      const given = decodeBase64(signature)
      return given?.length === 64 && verify(null, bytesOf(message), key, given)
    },
  }
}

/** Whether `signature` over `message` was made with the key whose public half is given, all in Base64. Anything malformed: false. */
export const verifySignature = (publicKey: string, signature: string, message: string | Uint8Array): boolean =>
  createVerifyKey(publicKey)?.verify(message, signature) ?? false

/** The canonical text of an object without `signatures` and `unsigned`: what signatures cover. appendices/#signing-details */
export const signedText = ({ signatures: _signatures, unsigned: _unsigned, ...covered }: JsonObject): string => canonicalJson(covered)

/** A copy of the object with a signature added to those it bears. appendices/#signing-details */
export const signJson = <O extends JsonObject>(object: O, serverName: string, key: SigningKey): O & { signatures: Signatures } => ({
  ...object,
  signatures: addSignature(object['signatures'], serverName, key.keyId, key.sign(signedText(object))),
})

/** The signatures given, with one added. */
export const addSignature = (signatures: unknown, serverName: string, keyId: string, signature: string): Signatures => ({
  ...(signatures as Signatures | undefined),
  [serverName]: { ...(own(signatures, serverName) as { [keyId: string]: string } | undefined), [keyId]: signature },
})

/** Whether the object bears the signature of a server, made with the key of that ID. appendices/#checking-for-a-signature */
export const isSignedBy = (object: JsonObject, serverName: string, keyId: string, key: VerifyKey): boolean => {
  const signature = ownString(own(own(object, 'signatures'), serverName), keyId)
  return signature !== undefined && key.verify(signedText(object), signature)
}
