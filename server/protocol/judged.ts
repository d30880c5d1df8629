import type { JsonObject } from './event.ts'

/** What the rules look at, sealed or not. */
export interface Judged {
  readonly type: string
  readonly sender: string
  /** As the event itself bears it: absent from create events of version 12. */
  readonly roomId?: string | undefined
  readonly stateKey?: string | undefined
  readonly content: JsonObject
  readonly prevEvents: readonly string[]
}

/** What the rules cannot see in the event's content and the state. */
export interface Evidence {
  /** Whether the event bears a valid signature of that server. */
  readonly signedBy: (serverName: string) => boolean
}
