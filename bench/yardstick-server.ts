import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { formatRequest } from './connection.ts'
import { createMeter } from './cpu.ts'
import { runLoad, SENDERS } from './load.ts'
import { messageRequest } from './message.ts'

/** One reading of the yardstick, taken with the generator of every other measure. */
export interface YardstickReading {
  /** Y: CPU milliseconds a request. */
  readonly cpuMs: number
  readonly perSecond: number
}

/** The yardstick, running. */
export interface YardstickServer {
  /** Loads it for `forMs` milliseconds. */
  read(forMs: number): Promise<YardstickReading>
  stop(): void
}

/** Starts `yardstick.ts` in a process of its own and warms it up for `warmMs` milliseconds. */
export const startYardstick = async (warmMs: number): Promise<YardstickServer> => {
  const child = spawn(process.execPath, [`${import.meta.dirname}/yardstick.ts`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = (): void => void child.kill('SIGKILL')
  process.once('exit', stop)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const address = { host: '127.0.0.1', port: Number(line.toString()) }
  const meter = createMeter([child.pid as number])
  const person = { userId: '@yardstick:localhost', token: `syt_${'y'.repeat(43)}` }

  const read = async (forMs: number): Promise<YardstickReading> => {
    const cpuBefore = meter.cpuMs()
    const { requests, elapsedMs } = await runLoad({
      address,
      connections: SENDERS,
      forMs,
      next: (index, turn) => formatRequest(address, messageRequest(person, `!${'r'.repeat(43)}`, `y${index}.${turn}`)),
    })
    return { cpuMs: (meter.cpuMs() - cpuBefore) / requests, perSecond: (requests * 1000) / elapsedMs }
  }
  await read(warmMs)
  return { read, stop }
}
