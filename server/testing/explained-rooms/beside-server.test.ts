import { createHmac } from 'node:crypto'
import { readConfig } from '../../config.ts'
import type { RoomExplanation } from '../../../spec/admin/room-explanation.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import type { Location } from '../../storage/connection.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { runCommand } from '../../wire-commands.ts'
import { startTestServer } from '../test-server.ts'
import { struggle, tell, toldRoomId } from './told-room.ts'

const secret = 'told to nobody'

/** Runs `hallway room …` on this database; gives the exit code and what was printed. */
const run = async (location: Location, ...args: string[]): Promise<{ code: number; lines: string[] }> => {
  const lines: string[] = []
  const read = readConfig({ text: undefined, file: 'none', env: { HALLWAY_SERVER_NAME: 'hs' } })
  const databaseAddress = location.engine === 'sqlite' ? location : { ...location, maxConnections: 2 }
  const print = (line: string): void => void lines.push(line)
  return { code: await runCommand('room', args, { config: { ...read, databaseAddress }, print }), lines }
}

const administrator = async (baseUrl: string): Promise<string> => {
  const url = `${baseUrl}/_synapse/admin/v1/register`
  const { nonce } = (await (await fetch(url)).json()) as { nonce: string }
  const [username, password] = ['root', 'long enough 1']
  const mac = createHmac('sha1', secret).update([nonce, username, password, 'admin'].join('\0')).digest('hex')
  const body = JSON.stringify({ nonce, username, password, admin: true, mac })
  return ((await (await fetch(url, { method: 'POST', body })).json()) as { access_token: string }).access_token
}

forEachEngine(
  'administrators ask over HTTP, and operators on the terminal beside the server; both are told the same',
  async (t, database, location) => {
    await tell(database, roomVersion('10')!, struggle)
    const server = await startTestServer(location, { env: { HALLWAY_REGISTRATION_SHARED_SECRET: secret } })
    try {
      const token = await administrator(server.baseUrl)
      const path = `/_matrix/client/unstable/chat.hallway/admin/rooms/${encodeURIComponent(toldRoomId)}/explain`
      const ask = async (subject: string, as = token) => {
        const answer = await fetch(`${server.baseUrl}${path}?subject=${encodeURIComponent(subject)}`, {
          headers: { Authorization: `Bearer ${as}` },
        })
        return { status: answer.status, body: (await answer.json()) as RoomExplanation }
      }
      for (const subject of ['$topic', '@bob:two.example']) {
        const { code, lines } = await run(location, 'explain', toldRoomId, subject, '--json')
        t.is(code, 0)
        t.deepEqual(JSON.parse(lines.join('\n')), (await ask(subject)).body)
      }
      // The conflict is settled in another thread there.
      t.is((await ask('$topic')).body.event!.state!.lost!.how, 'resolved')
      t.is((await ask('$absent')).status, 404)
      t.is((await ask('$topic', (await server.signUp()).token)).status, 403)
      t.deepEqual(server.complaints, [])
    } finally {
      await server.stop()
    }
  },
)

forEachEngine('the terminal is told of a room, of an event and of a user in words', async (t, database, location) => {
  await tell(database, roomVersion('10')!, struggle)
  const room = await run(location, 'explain', toldRoomId)
  t.is(room.code, 0)
  t.is(room.lines[0], `${toldRoomId}, room version 10`)
  const has = ({ lines }: { lines: string[] }, pattern: RegExp) =>
    t.true(
      lines.some((line) => pattern.test(line)),
      `${pattern} in\n${lines.join('\n')}`,
    )
  has(room, /^members +3 joined, 0 invited/)
  has(room, /^ {2}fine +forward extremities +1\. /)
  has(room, /^ {2}BAD +rejected or soft-failed +15\.4 %\. /)
  has(room, /^ {2}ban, level 50 +@ada:one\.example$/)
  has(room, /^ {2}send messages, level 0 +every member \(3\)$/)
  has(room, /^ {6}m\.room\.topic: \$topic → none$/)
  const event = await run(location, 'explain', toldRoomId, '$topic')
  has(event, /^ {2}by the room's state now +refused by rule 7: Sending m\.room\.topic takes a power level of 50; the sender has 0\.$/)
  has(event, /^ {2}decided at \$demotion /)
  has(event, /^ {4}rest: \$topic m\.room\.topic, by @bob:two\.example, .* – refused by rule 7: /)
  const user = await run(location, 'explain', toldRoomId, '@bob:two.example')
  has(user, /^ {2}set the topic +refused by rule 7: /)
  has(user, /^ {2}\$name m\.room\.name, by @bob:two\.example, .*, soft-failed$/)
  for (const { lines } of [room, event, user]) t.false(lines.some((line) => line.includes('secret')))
  t.deepEqual(await run(location, 'explain', '!nowhere:x'), {
    code: 1,
    lines: ['This server has no room of that ID; give it in full, with its "!".'],
  })
})

forEachEngine('who explains cannot write, and an older schema is left alone', async (t, database, location) => {
  await database.write((tx) => tx.query('DELETE FROM schema_version WHERE id > 1'))
  const { code, lines } = await run(location, 'explain', toldRoomId)
  t.is(code, 1)
  t.regex(lines.join(), /still has schema 1: restart the server/)
  t.is((await database.read<{ n: number }>('SELECT COUNT(*) AS n FROM schema_version'))[0]!.n, 1)
})
