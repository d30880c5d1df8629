import test from 'ava'
import { createLog } from './log.ts'

const record = (format: 'json' | 'text' | 'auto', isTTY = false) => {
  const lines: string[] = []
  return { lines, log: createLog({ level: 'info', format, output: { isTTY, write: (line) => lines.push(line) } }) }
}

test('a line is JSON with time, level and sentence', (t) => {
  const { lines, log } = record('auto')
  log.info({ port: 8008 }, 'Listening.')
  log.debug('Not told.')
  t.is(lines.length, 1)
  t.like(JSON.parse(lines[0] ?? ''), { level: 'info', port: 8008, msg: 'Listening.' })
  t.regex(JSON.parse(lines[0] ?? '').time, /^\d{4}-\d\d-\d\dT/)
})

test('on a terminal a line is text', (t) => {
  const { lines, log } = record('auto', true)
  log.warn({ port: 8008, name: 'a' }, 'Careful.')
  t.regex(lines[0] ?? '', /^\d\d:\d\d:\d\d warn {2}Careful\. port=8008 name=a\n$/)
})

for (const format of ['json', 'text'] as const) {
  test(`no secret gets through as ${format}`, (t) => {
    const { lines, log } = record(format)
    log.error({ password: 'pass-1', body: { new_password: 'pass-1', deep: { token: 'pass-1' } } }, 'Login.')
    log.error(
      { headers: { authorization: 'Bearer pass-1' }, url: '/sync?access_token=pass-1&x=1', note: 'Bearer pass-1' },
      'Bearer pass-1 hw_abcdefghijk',
    )
    log.error({ err: new Error('bad token hw_abcdefghijk in access_token=pass-1') }, 'Failed.')
    t.is(lines.length, 3)
    t.notRegex(lines.join(''), /pass-1|hw_abc/)
    t.regex(lines[1] ?? '', /x=1/)
  })
}
