import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Unreachable } from './expect.ts'
import { UsageError } from './options.ts'
import { freePort, untilAnswering } from './starting.ts'

/** A server that we have started. */
export interface Target {
  readonly baseUrl: string
  readonly serverName: string
  /** The secret of shared-secret registration. */
  readonly sharedSecret: string
  /** Ends the server and removes its files. */
  readonly stop: () => Promise<void>
}

const folder = join(import.meta.dirname, 'targets')

/** Where the known failures of a target are listed. */
export const knownFailuresOf = (name: string): string => join(folder, `${name}.known-failures.txt`)

/**
 * Starts `targets/NAME/launch` on a free port with an empty folder, and waits for its first answer.
 * @throws UsageError for an unknown name; Unreachable when it ends or does not answer within a minute.
 */
export const startTarget = async (name: string): Promise<Target> => {
  const launcher = join(folder, name, 'launch')
  if (!existsSync(launcher)) throw new UsageError(`There is no target ${name}: ${launcher} is missing.`)
  const data = mkdtempSync(join(tmpdir(), `conformance-${name}-`))
  const [clientPort, federationPort] = [await freePort(), await freePort()]
  const serverName = `hs1.test:${federationPort}`
  let said = ''
  const child = spawn(launcher, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SERVER_NAME: serverName,
      BIND_ADDRESS: '127.0.0.1',
      CLIENT_PORT: String(clientPort),
      FEDERATION_PORT: String(federationPort),
      DATA_DIR: data,
    },
  })
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const alive = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined
  const signal = (kind: 'SIGTERM' | 'SIGKILL') => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, kind)
    } catch {
      /* it has ended */
    }
  }
  const stop = async () => {
    if (alive()) signal('SIGTERM')
    if ((await Promise.race([ended.then(() => 'ended'), pause(10_000, 'late', { ref: false })])) === 'late') signal('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
  const baseUrl = `http://127.0.0.1:${clientPort}`
  if (!(await untilAnswering(baseUrl, () => !alive()))) {
    await stop()
    throw new Unreachable(`${name} did not start. It said: ${said.trim() || 'nothing'}`)
  }
  return { baseUrl, serverName, sharedSecret: 'complement', stop }
}
