import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, readConfig, type Config } from './config.ts'
import { createLog } from './log.ts'
import { startServer } from './wire-server.ts'

const root = join(import.meta.dirname, '..')

/** The configuration of this process: the file named by `HALLWAY_CONFIG`, or `config.yaml` here, and the environment. */
function loadConfig(): Config {
  const named = process.env['HALLWAY_CONFIG']
  const file = named ?? 'config.yaml'
  if (named !== undefined && !existsSync(named)) throw new ConfigError([`HALLWAY_CONFIG names ${named}, but there is no such file.`])
  return readConfig({ file, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined, env: process.env })
}

async function serve(config: Config): Promise<void> {
  const log = createLog(config.log)
  const server = await startServer({ config, log, pageFolder: join(root, 'web', 'dist'), beforeMigration: async () => {} })
  log.info({ address: `${server.address.address}:${server.address.port}`, server_name: config.server_name }, 'Hallway listens.')
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      server.stop().then(() => process.exit(0), (error: unknown) => {
        log.error({ err: error }, 'The server did not end in order.')
        process.exit(1)
      })
    })
  }
}

await serve(loadConfig())
