import type { RoomId, UserId } from '../../spec/identifiers.ts'

/** Something durable that a reader may wait for, with its position in the commit log. */
export type LogEntry =
  | { readonly kind: 'event'; readonly pos: number; readonly roomId: RoomId }
  | { readonly kind: 'receipt'; readonly pos: number; readonly roomId: RoomId; readonly userId: UserId }
  | { readonly kind: 'account-data'; readonly pos: number; readonly userId: UserId; readonly roomId: RoomId | undefined; readonly type: string }
  | { readonly kind: 'device-list'; readonly pos: number; readonly userId: UserId }
  /** Access tokens ended; whoever waits with one stops. `undefined`: all of the user's. */
  | { readonly kind: 'session-ended'; readonly pos: number; readonly userId: UserId; readonly deviceId: string | undefined }
  | { readonly kind: 'profile'; readonly pos: number; readonly userId: UserId }
