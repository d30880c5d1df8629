import { MatrixError } from '../protocol/errors.ts'

/** Reads the tokens with which clients page through timelines, each a point of the log: after the event at that position. */
export interface TimelineTokens {
  /** @throws M_INVALID_PARAM for a token that this server did not give */
  read(text: string): number
  write(pos: number): string
}

interface Needs {
  /** The position of a token of `/sync`; `undefined` where it is none, or of another incarnation of the database. */
  readSyncToken: (text: string) => number | undefined
}

/** Points below zero, where older events came later, have a letter of their own. */
const form = /^([tp])([0-9]{1,15})$/

export const createTimelineTokens = ({ readSyncToken }: Needs): TimelineTokens => ({
  read: (text) => {
    const [, letter, pos] = form.exec(text) ?? []
    const found = pos === undefined ? readSyncToken(text) : letter === 't' ? Number(pos) : -Number(pos)
    if (found === undefined) throw new MatrixError('M_INVALID_PARAM', 'This server gave no such token; begin anew without one.')
    return found
  },
  write: (pos) => (pos < 0 ? `p${-pos}` : `t${pos}`),
})
