import type { RequestParts } from './connection.ts'

/** Somebody with an access token. */
export interface Person {
  readonly userId: string
  readonly token: string
}

/** Bytes of every message's text. */
export const TEXT_BYTES = 100

/** The request that sends a message of `TEXT_BYTES`, which begins with `mark`. `txnId` must be new to the person. */
export const messageRequest = (person: Person, roomId: string, txnId: string, mark = ''): RequestParts => ({
  method: 'PUT',
  path: `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txnId}`,
  token: person.token,
  body: `{"msgtype":"m.text","body":"${mark.padEnd(TEXT_BYTES, 'The quick brown fox jumps over the lazy dog. ')}"}`,
})
