/** Where a reader stands: a position of the commit log, and one in what lives in memory alone. */
export interface SyncToken {
  /** The position of the commit log. */
  readonly pos: number
  /** The counters of what lives in memory; all 0 for a token of an earlier run of the server. */
  readonly typing: number
  readonly presence: number
}

/** Reads and writes `since` and `next_batch`. */
export interface SyncTokens {
  write(token: SyncToken): string
  /** `undefined`: the token is none of ours, or of another incarnation of the database (a restored backup): begin anew. */
  read(text: string): SyncToken | undefined
}

const form = /^s([0-9a-z]+)_([0-9]{1,15})_([0-9a-z]+)\.([0-9]{1,15})\.([0-9]{1,15})$/

/**
 * @param incarnation tells this database from the one it was restored from
 * @param bootId tells this run of the server from others
 */
export const createSyncTokens = (incarnation: string, bootId: string): SyncTokens => ({
  write: ({ pos, typing, presence }) => `s${incarnation}_${pos}_${bootId}.${typing}.${presence}`,
  read: (text) => {
    const [, ofIncarnation, pos, ofBoot, typing, presence] = form.exec(text) ?? []
    if (ofIncarnation !== incarnation) return undefined
    return ofBoot === bootId
      ? { pos: Number(pos), typing: Number(typing), presence: Number(presence) }
      : { pos: Number(pos), typing: 0, presence: 0 }
  },
})
