import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server that serves the page, for the time of a test. */
export interface PageServer {
  readonly url: string
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')
const launcher = join(root, 'conformance', 'targets', 'hallway', 'launch')
const command = join(root, 'server', 'bin', 'hallway')
const page = join(import.meta.dirname, '..', 'dist', 'index.html')
const startupMs = 20_000

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const isUp = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}_matrix/client/versions`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  return answer?.ok === true
}

const waitUntilUp = async (url: string, hasEnded: () => boolean): Promise<void> => {
  const deadline = Date.now() + startupMs
  while (!(await isUp(url))) {
    if (hasEnded()) throw new Error('The server ended while it was starting.')
    if (Date.now() > deadline) throw new Error(`The server did not answer at ${url} in time.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Why no server can be had here, or `undefined`. HALLWAY_TEST_PAGE names one that is running already, with the page at its root. */
export const noServerBecause = (): string | undefined => {
  if (process.env['HALLWAY_TEST_PAGE']) return undefined
  if (!existsSync(launcher)) return 'there is no conformance/targets/hallway/launch, and HALLWAY_TEST_PAGE names no server'
  return existsSync(page) ? undefined : 'the page is not built (npm run build)'
}

/** Waits until the server answers; it ends with the test, and its folder with it. */
const run = async (server: ChildProcess, port: number, folder: string): Promise<PageServer> => {
  process.once('exit', () => server.kill())
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}/`
  const stop = async () => {
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await waitUntilUp(url, () => server.exitCode !== null)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

/** What the command is told where people sign up by link alone, as is usual outside of tests. */
const closedServer = (port: number, folder: string) => ({
  HALLWAY_SERVER_NAME: 'page.test',
  HALLWAY_BIND_ADDRESS: '127.0.0.1',
  HALLWAY_PORT: `${port}`,
  HALLWAY_DATA_DIR: folder,
  HALLWAY_REGISTRATION_SHARED_SECRET: 'complement',
})

/** Starts a server of its own where people need a link to sign up. */
export const startClosedServer = async (): Promise<PageServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-page-'))
  const port = await freePort()
  return run(
    spawn(command, [], { cwd: folder, env: { ...process.env, ...closedServer(port, folder) }, stdio: ['ignore', 'ignore', 'inherit'] }),
    port,
    folder,
  )
}

/** Starts a server of its own on a folder of its own, or takes the one that is named. */
export const startPageServer = async (): Promise<PageServer> => {
  const given = process.env['HALLWAY_TEST_PAGE']
  if (given) return { url: given.replace(/\/?$/, '/'), stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'hallway-page-'))
  const port = await freePort()
  const server = spawn(launcher, [], {
    env: {
      ...process.env,
      SERVER_NAME: 'page.test',
      BIND_ADDRESS: '127.0.0.1',
      CLIENT_PORT: `${port}`,
      FEDERATION_PORT: `${await freePort()}`,
      DATA_DIR: folder,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return run(server, port, folder)
}
