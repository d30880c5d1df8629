import test from 'ava'
import { readOptions } from './options.ts'

test('without arguments Hallway is measured on SQLite, three times each', (t) => {
  const options = readOptions([])
  t.like(options, { engines: ['sqlite'], runs: 3, quick: false, fill: 100_000 })
  t.regex(options?.launcher ?? '', /conformance\/targets\/hallway\/launch$/)
})

test('what cannot be meant is refused with the option’s name', (t) => {
  t.throws(() => readOptions(['--engine', 'mysql']), { message: /--engine/ })
  t.throws(() => readOptions(['--runs', '0']), { message: /--runs/ })
  t.throws(() => readOptions(['--fill', '1e9999']), { message: /--fill/ })
  t.throws(() => readOptions(['--base-url', 'https://example.org']), { message: /plain HTTP/ })
  t.throws(() => readOptions(['--speed']))
})

test('a running server on PostgreSQL is measured only when its durability can be read', (t) => {
  const running = ['--base-url', 'http://127.0.0.1:8008', '--engine', 'postgres']
  t.throws(() => readOptions(running), { message: /--database-url/ })
  t.like(readOptions([...running, '--database-url', 'postgres://localhost/hallway', '--pid', '17,18']), { pids: [17, 18] })
})

test('help asks for nothing to be measured', (t) => {
  t.is(readOptions(['--help']), undefined)
})
