import test from 'ava'
import { createAdminLinkCommand } from './admin-link.ts'
import { createBackupCommand } from './backup.ts'
import { createResetPasswordCommand } from './reset-password.ts'
import { createRestoreCommand } from './restore.ts'
import { createUsage } from './usage.ts'

const printer = () => {
  const lines: string[] = []
  return { lines, print: (line: string): void => void lines.push(line) }
}

test('an unknown command ends with 2 and the nearest name; none starts the server', (t) => {
  const { lines, print } = printer()
  const usage = createUsage({ nearest: (name, known) => (name === 'bakup' ? known.find((each) => each === 'backup') : undefined), print })
  t.deepEqual(usage.read([]), { command: 'start', rest: [] })
  t.deepEqual(usage.read(['restore', 'a', '--force']), { command: 'restore', rest: ['a', '--force'] })
  t.deepEqual(usage.read(['bakup']), { command: undefined, code: 2 })
  t.deepEqual(usage.read(['x']), { command: undefined, code: 2 })
  t.deepEqual(lines, ['There is no command "bakup"; did you mean "backup"?', 'There is no command "x"; hallway help lists them'])
  t.deepEqual(usage.read(['--help']), { command: undefined, code: 0 })
  t.true(lines.some((line) => /^hallway backup FILE {2,}Copies/.test(line)))
})

test('backup and restore pass on what was asked, and say why they failed', async (t) => {
  const { lines, print } = printer()
  const asked: unknown[] = []
  const backup = createBackupCommand({ print, backUp: async (file) => ({ bytes: asked.push(file) }) })
  t.is(await backup(['a']), 0)
  t.is(await backup([]), 2)
  t.is(await backup(['a', 'b']), 2)
  const restore = createRestoreCommand({
    print,
    restore: async (file, { force }) => {
      asked.push([file, force])
      if (!force) throw new Error('There is a database.')
      return { movedTo: 'aside' }
    },
  })
  t.is(await restore(['--force', 'a']), 0)
  t.is(await restore(['a']), 1)
  t.is(await restore(['--what']), 2)
  t.deepEqual(asked, ['a', ['a', true], ['a', false]])
  t.true(lines.some((line) => line.includes('is now aside')))
  t.true(lines.includes('There is a database.'))
})

test('links lead to the places of the web client', async (t) => {
  const { lines, print } = printer()
  const baseUrl = 'http://127.0.0.1:8008'
  t.is(await createAdminLinkCommand({ createAdminLink: async () => 'hwl_1', baseUrl, print })([]), 0)
  const users: string[] = []
  const reset = createResetPasswordCommand({
    createReset: async (userId) => `hwp_${users.push(userId)}`,
    serverName: 'hs',
    baseUrl,
    print,
  })
  t.is(await reset(['alice']), 0)
  t.is(await reset(['@bob:hs']), 0)
  t.is(await reset([]), 2)
  t.deepEqual(users, ['@alice:hs', '@bob:hs'])
  t.true(lines.includes(`${baseUrl}/#/register?token=hwl_1`))
  t.true(lines.includes(`${baseUrl}/#/reset?token=hwp_1`))
})
