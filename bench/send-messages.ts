import { randomBytes } from 'node:crypto'
import { formatRequest } from './connection.ts'
import type { RunningServer } from './installation.ts'
import { type LoadResult, runLoad, SENDERS } from './load.ts'
import { spending } from './measure.ts'
import { messageRequest, type Person } from './message.ts'

interface Plan {
  readonly server: RunningServer
  /** Members of every one of the rooms. Sixteen connections share them out. */
  readonly senders: readonly Person[]
  readonly roomIds: readonly string[]
  /** Milliseconds to send for, or the number of messages. */
  readonly forMs?: number
  readonly requests?: number
}

/** What it came to; `cpuMs`: server CPU a message. */
export interface SentMessages extends LoadResult {
  readonly perSecond: number
  readonly cpuMs: number | undefined
}

/** Sends as fast as 16 senders can, each going round the rooms from a place of its own. */
export const sendMessages = async ({ server, senders, roomIds, forMs, requests }: Plan): Promise<SentMessages> => {
  const { address } = server
  const run = randomBytes(4).toString('hex')
  const next = (index: number, turn: number): string => {
    const sender = senders[index % senders.length] as Person
    const roomId = roomIds[(index + turn) % roomIds.length] as string
    return formatRequest(address, messageRequest(sender, roomId, `${run}.${index}.${turn}`))
  }
  const amount = { ...(forMs === undefined ? {} : { forMs }), ...(requests === undefined ? {} : { requests }) }
  const { result, cpuMs } = await spending(server, () => runLoad({ address, connections: SENDERS, next, ...amount }))
  return {
    ...result,
    perSecond: (result.requests * 1000) / result.elapsedMs,
    cpuMs: cpuMs === undefined ? undefined : cpuMs / result.requests,
  }
}
