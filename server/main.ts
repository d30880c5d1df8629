import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCheckConfig } from './commands/check-config.ts'
import { createUsage } from './commands/usage.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { nearest } from './config-problems.ts'
import { createLog } from './log.ts'

const root = join(import.meta.dirname, '..')
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** The configuration of this process: the file that `HALLWAY_CONFIG` names, or `config.yaml` here, and the environment. */
function loadConfig(): Config {
  const named = process.env['HALLWAY_CONFIG']
  const file = named ?? 'config.yaml'
  if (named !== undefined && !existsSync(named)) throw new ConfigError([`HALLWAY_CONFIG names ${named}, but there is no such file.`])
  return readConfig({ file, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined, env: process.env })
}

/** Ends in order at the first signal, and at once at the second. */
function stopOnSignals(stop: () => Promise<void>, fail: (error: unknown) => void): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          fail(error)
          process.exit(1)
        },
      )
    })
  }
}

async function serve(config: Config): Promise<void> {
  const log = createLog(config.log)
  // Loaded when needed: other commands do without the server.
  const { startServer } = await import('./wire-server.ts')
  const server = await startServer({ config, log, pageFolder: join(root, 'web', 'dist'), terminal: process.stdout })
  // One request's fault must not end everybody's server; whatever was written before stands, since nothing is acknowledged early.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'Something was left unhandled.'))
  stopOnSignals(server.stop, (error) => log.error({ err: error }, 'The server did not end in order.'))
}

async function main(args: readonly string[]): Promise<number | undefined> {
  const usage = createUsage({ nearest, print }).read(args)
  if (usage.command === undefined) return usage.code
  if (usage.command === 'check-config') return createCheckConfig({ loadConfig, print })()
  const config = loadConfig()
  if (usage.command !== 'start') return (await import('./wire-commands.ts')).runCommand(usage.command, usage.rest, { config, print })
  await serve(config)
  return undefined
}

try {
  const code = await main(process.argv.slice(2))
  if (code !== undefined) process.exitCode = code
} catch (error) {
  // One sentence for the person who starts it; the stack only where the fault may be ours.
  const known = error instanceof ConfigError || process.env['HALLWAY_DEV_STACK'] === undefined
  process.stderr.write(
    `${known && error instanceof Error ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
}
