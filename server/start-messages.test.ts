import test from 'ava'
import { baseUrlOf, createTellStart } from './start-messages.ts'

const facts = {
  fresh: true,
  serverName: 'localhost',
  listening: ['http://127.0.0.1:8008'],
  registration: 'by token',
  federation: 'closed',
} as const
const told = async (isTTY: boolean, changes: { readonly fresh?: boolean; readonly serverName?: string } = {}) => {
  let text = ''
  const links: string[] = []
  const createAdminLink = async () => {
    links.push('made')
    return 'http://127.0.0.1:8008/#/register?token=secret'
  }
  await createTellStart({ terminal: { isTTY, write: (more: string) => (text += more) }, createAdminLink })({ ...facts, ...changes })
  return { text, links: links.length }
}

test('the first start tells the name, what is closed and the link, on a terminal', async (t) => {
  const { text, links } = await told(true)
  t.is(links, 1)
  for (const part of [
    /listens at http:\/\/127.0.0.1:8008\n/,
    /cannot be changed later: nothing ever federates/,
    /Federation is closed/,
    /#\/register\?token=secret\n/,
  ]) {
    t.regex(text, part)
  }
  t.notRegex((await told(true, { serverName: 'example.org' })).text, /federates under/)
})

test('a later start makes no link, and without a terminal nothing is told', async (t) => {
  t.deepEqual(await told(true, { fresh: false }), { text: 'Hallway listens at http://127.0.0.1:8008\n', links: 0 })
  t.deepEqual(await told(false), { text: '', links: 0 })
})

test('people go to the public address, or to where it listens', (t) => {
  const listener = { publicUrl: undefined, address: '0.0.0.0', port: 8008, tls: false }
  t.is(baseUrlOf({ ...listener, publicUrl: 'https://chat.example.org/' }), 'https://chat.example.org')
  t.is(baseUrlOf(listener), 'http://localhost:8008')
  t.is(baseUrlOf({ ...listener, address: '::1', tls: true }), 'https://[::1]:8008')
})
