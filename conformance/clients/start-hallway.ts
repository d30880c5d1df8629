import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A server of our own, for clients of other houses. */
export interface Hallway {
  readonly baseUrl: string
  readonly serverName: string
  /** Ends the server and starts it again on the same address and files. @throws as `stop` does */
  readonly restart: () => Promise<void>
  /** Ends the server by SIGTERM. @throws when it does not end in ten seconds with code 0, or logged an error. */
  readonly stop: () => Promise<void>
}

const launcher = join(import.meta.dirname, '..', 'targets', 'hallway', 'launch')

/**
 * Starts Hallway's launcher on a free port with an empty folder, and waits for its versions.
 * `databaseUrl`: an empty PostgreSQL database; absent: SQLite.
 * @throws when it ends or does not answer within 30 seconds.
 */
export const startHallway = async (databaseUrl?: string): Promise<Hallway> => {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-clients-'))
  const serverName = 'clients.test'
  const [port, federationPort] = [await freePort(), await freePort()]
  const baseUrl = `http://127.0.0.1:${port}`
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HALLWAY_') && name !== 'DATABASE_URL')
  const environment = {
    ...Object.fromEntries(inherited),
    SERVER_NAME: serverName,
    BIND_ADDRESS: '127.0.0.1',
    CLIENT_PORT: String(port),
    FEDERATION_PORT: String(federationPort),
    DATA_DIR: folder,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  }
  const launch = () => run(environment, baseUrl)
  let server = await launch()
  return {
    baseUrl,
    serverName,
    restart: async () => {
      await server.stop()
      server = await launch()
    },
    stop: async () => {
      try {
        await server.stop()
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** One run of the launcher, once it answers. */
const run = async (environment: NodeJS.ProcessEnv, baseUrl: string): Promise<{ stop: () => Promise<void> }> => {
  const child = spawn(launcher, { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const closed = once(child, 'close')
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const endBy = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> => {
    child.kill(signal)
    return (await Promise.race([closed, pause(10_000, undefined, { ref: false })])) !== undefined
  }
  for (const deadline = Date.now() + 30_000; ; ) {
    if (
      await fetch(`${baseUrl}/_matrix/client/versions`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break
    if (ended() || Date.now() > deadline) {
      await endBy('SIGKILL')
      throw new Error(`Hallway did not start. It said: ${said}`)
    }
    await pause(25)
  }
  return {
    stop: async () => {
      const inTime = await endBy('SIGTERM')
      if (!inTime) await endBy('SIGKILL')
      const complaints = said.split('\n').filter((line) => line !== '' && !/^\{"level":"(?:trace|debug|info)"/.test(line))
      if (!inTime || child.exitCode !== 0 || complaints.length > 0) {
        throw new Error(
          `Hallway ended ${inTime ? `with ${child.exitCode ?? child.signalCode}` : 'only by force'}. ${complaints.join('\n')}`,
        )
      }
    },
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
