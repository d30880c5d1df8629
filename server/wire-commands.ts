import { createRegistrationTokens } from './accounts/registration-tokens.ts'
import { createPasswordHash } from './accounts/password-hash.ts'
import { createCheckPassword } from './accounts/password-policy.ts'
import { createEndSessions } from './accounts/end-sessions.ts'
import { createSetPassword } from './accounts/set-password.ts'
import { createAdminLinkCommand } from './commands/admin-link.ts'
import { createBackupCommand } from './commands/backup.ts'
import type { Command, Print } from './commands/command.ts'
import { createResetPasswordCommand } from './commands/reset-password.ts'
import { createRestoreCommand } from './commands/restore.ts'
import { createRoomExplainCommand } from './commands/room-explain.ts'
import type { Config } from './config.ts'
import type { ExplainRoom } from './rooms/explain/explain-room.ts'
import { baseUrlOf } from './start-messages.ts'
import { createAccountStore } from './storage/accounts.ts'
import { createBackUp } from './storage/backup.ts'
import type { Database } from './storage/database.ts'
import { createDeviceStore } from './storage/devices.ts'
import { openBeside, readBeside } from './storage/open-beside.ts'
import { createRegistrationTokenStore } from './storage/registration-tokens.ts'
import { createRestore } from './storage/restore.ts'
import { createTokenStore } from './storage/tokens.ts'
import { hashCost } from './wire-accounts.ts'
import { wireExplain } from './wire-explain.ts'

/** The commands that work on the database without being its server. */
export type CommandName = 'backup' | 'restore' | 'admin-link' | 'reset-password' | 'room'

interface Needs {
  config: Config
  print: Print
}

/** The address of the page, as the configuration has it. */
export const pageUrl = (config: Config): string =>
  baseUrlOf({
    publicUrl: config.public_baseurl,
    address: config.bind_address,
    port: config.port,
    tls: config.tls_certificate_path !== undefined,
  })

/** Runs a command; gives its exit code. */
export async function runCommand(name: CommandName, args: readonly string[], { config, print }: Needs): Promise<number> {
  const location = config.databaseAddress
  const baseUrl = pageUrl(config)
  if (name === 'backup') return createBackupCommand({ backUp: createBackUp({ location }), print })(args)
  if (name === 'restore') return createRestoreCommand({ restore: createRestore({ location }), print })(args)
  const now = () => Date.now()
  if (name === 'room') {
    const explainRoom: ExplainRoom = (...asked) => readBeside(location, (reading) => wireExplain(reading, { now })(...asked))
    return createRoomExplainCommand({ explainRoom, now, print })(args)
  }
  return beside(config, (database) => {
    const command: Command =
      name === 'admin-link'
        ? createAdminLinkCommand({ createAdminLink: adminLinks(database, now).createAdminLink, baseUrl, print })
        : createResetPasswordCommand({ createReset: passwords(database, now).createReset, serverName: config.server_name, baseUrl, print })
    return command(args)
  })
}

async function beside(config: Config, work: (database: Database) => Promise<number>): Promise<number> {
  const database = await openBeside(config.databaseAddress)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

const adminLinks = (database: Database, now: () => number) =>
  createRegistrationTokens({ database, tokens: createRegistrationTokenStore(database), interactiveAuth: { countProven: () => 0 }, now })

const passwords = (database: Database, now: () => number) => {
  const devices = createDeviceStore(database)
  return createSetPassword({
    database,
    devices,
    now,
    accounts: createAccountStore(database),
    endSessions: createEndSessions({ devices, tokens: createTokenStore(database) }),
    passwordHash: createPasswordHash({ cost: hashCost }),
    checkPassword: createCheckPassword({ minimumLength: 1 }),
  })
}
