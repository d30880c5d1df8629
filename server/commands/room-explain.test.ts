import test from 'ava'
import { harmless, moment } from './explained/lines.ts'
import { createRoomExplainCommand } from './room-explain.ts'

const command = () => {
  const lines: string[] = []
  const asked: unknown[] = []
  const run = createRoomExplainCommand({
    explainRoom: async (...args) => {
      asked.push(args)
      return { room_id: '!a:x', room_version: '12\u001b[2J\u202e' }
    },
    now: () => 0,
    print: (line) => void lines.push(line),
  })
  return { run, lines, asked }
}

test('a room is named by its ID, and then an event or a user, if one is meant', async (t) => {
  const { run, asked } = command()
  for (const args of [['!a:x'], ['!a:x', '$e'], ['--json', '!a:x', '@u:x']]) t.is(await run(['explain', ...args]), 0)
  t.deepEqual(asked, [
    ['!a:x', undefined],
    ['!a:x', '$e'],
    ['!a:x', '@u:x'],
  ])
})

test('what is asked otherwise ends with 2 and says how it is asked', async (t) => {
  const { run, lines, asked } = command()
  for (const args of [[], ['explain'], ['explain', 'a'], ['explain', '!a', 'e'], ['explain', '!a', '$e', '$f'], ['forget', '!a']])
    t.is(await run(args), 2)
  t.deepEqual(asked, [])
  t.true(lines.some((line) => line.startsWith('Usage: hallway room explain')))
})

test('nothing that others chose steers the terminal, and JSON stays JSON', async (t) => {
  const { run, lines } = command()
  await run(['explain', '!a:x'])
  t.is(lines[0], '!a:x, room version 12\\u001b[2J\\u202e')
  lines.length = 0
  await run(['explain', '!a:x', '--json'])
  t.deepEqual(JSON.parse(lines.join('\n')), { room_id: '!a:x', room_version: '12\u001b[2J\u202e' })
  t.is(harmless('\u{e0001}é'), '\\udb40\\udc01é')
})

test('times are told with their age, however absurd', (t) => {
  t.is(moment(0, 90_000_000), '1970-01-01T00:00:00Z (1 day ago)')
  t.is(moment(7_200_000, 0), '1970-01-01T02:00:00Z (2 hours ahead)')
  t.is(moment(Number.MAX_SAFE_INTEGER, 0), 'at 9007199254740991 ms')
})
