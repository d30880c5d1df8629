import test from 'ava'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signUp } from './caller.ts'
import { createInstallation } from './installation.ts'

const calls = 'openat,close,dup,fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg'
const hasStrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0

/** One line of a trace: a call that began, ended, or did both. */
interface Traced {
  readonly thread: string
  readonly name: string
  readonly fd: string
  readonly text: string
  readonly phase: 'begun' | 'ended' | 'whole'
}

const parse = (line: string): Traced | undefined => {
  const [, thread = '', resumed, resumedName = '', text = ''] = /^(\d+)\s+(?:(<\.\.\. (\w+) resumed>)|)(.*)$/.exec(line) ?? []
  if (resumed !== undefined) return { thread, name: resumedName, fd: '', text, phase: 'ended' }
  const [, name, fd = ''] = /^(\w+)\((-?\w+)/.exec(text) ?? []
  return name === undefined ? undefined : { thread, name, fd, text, phase: text.endsWith('<unfinished ...>') ? 'begun' : 'whole' }
}

/** What became of each acknowledgement in a trace: whether all that was written to the log before it had been flushed. */
const judge = (trace: string): { acknowledged: number; unflushed: string[]; flushes: number } => {
  const logs = new Set<string>()
  const opening = new Map<string, boolean>()
  const flushing = new Map<string, { fd: string; upTo: number }>()
  let [writes, flushed, flushes, acknowledged] = [0, 0, 0, 0]
  const unflushed: string[] = []
  for (const line of trace.split('\n')) {
    const call = parse(line)
    if (call === undefined) continue
    const { thread, name, fd, text, phase } = call
    if (name === 'openat') {
      if (phase !== 'ended') opening.set(thread, text.includes('hallway.db-wal'))
      const [, opened] = / = (\d+)$/.exec(text) ?? []
      if (phase !== 'begun' && opened !== undefined && opening.get(thread) === true) logs.add(opened)
    } else if (name === 'close' && phase !== 'ended') logs.delete(fd)
    // A write counts from its beginning, a flush from its end, and covers what was written before it began.
    else if (/^p?write/.test(name) && logs.has(fd)) writes++
    else if (/^f(data)?sync$/.test(name)) {
      if (phase !== 'ended' && logs.has(fd)) flushing.set(thread, { fd, upTo: writes })
      const flush = flushing.get(thread)
      if (phase !== 'begun' && flush !== undefined && / = 0$/.test(text)) {
        flushed = Math.max(flushed, flush.upTo)
        flushes++
        flushing.delete(thread)
      }
    }
    if (phase !== 'ended' && /^(write|writev|sendto|sendmsg)$/.test(name) && /HTTP\/1\.1 200.*event_id/.test(text)) {
      acknowledged++
      if (flushed < writes) unflushed.push(text.slice(0, 200))
    }
  }
  return { acknowledged, unflushed, flushes }
}

test('a trace in which an answer overtakes the flush is judged so', (t) => {
  const answer = '9 write(20, "HTTP/1.1 200 OK {\\"event_id\\":\\"$a\\"}", 30) = 30'
  const open = '7 openat(AT_FDCWD, "/x/hallway.db-wal", O_RDWR) = 5'
  const write = '7 pwrite64(5, "x", 1, 0) = 1'
  t.is(judge([open, write, '7 fdatasync(5) = 0', answer].join('\n')).unflushed.length, 0)
  t.is(judge([open, write, answer, '7 fdatasync(5) = 0'].join('\n')).unflushed.length, 1)
  t.is(judge([open, write, '7 fdatasync(5 <unfinished ...>', answer, '7 <... fdatasync resumed>) = 0'].join('\n')).unflushed.length, 1)
  t.is(judge([open, '7 fdatasync(5 <unfinished ...>', write, '7 <... fdatasync resumed>) = 0', answer].join('\n')).unflushed.length, 1)
})

const title = 'an acknowledgement follows a completed flush of the log that holds the event'
if (!hasStrace && process.env['CI'] === undefined) test.skip(`${title} (skipped: apt install strace)`, () => {})
else {
  test(title, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hallway-trace-'))
    const file = join(folder, 'trace')
    const place = await createInstallation({
      under: ['strace', '-f', '-qq', '-s', '600', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', file],
    })
    t.teardown(async () => {
      await place.remove()
      rmSync(folder, { recursive: true, force: true })
    })
    await place.start()
    const alice = await signUp(place.baseUrl)
    const { room_id: roomId } = await alice.ok('POST', 'v3/createRoom', {})
    // One after the other: nothing else is written between an event and its acknowledgement.
    for (let number = 0; number < 30; number++) {
      await alice.ok('PUT', `v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${number}`, { msgtype: 'm.text', body: 'x' })
    }
    await place.kill()
    const { acknowledged, unflushed, flushes } = judge(readFileSync(file, 'utf8'))
    t.deepEqual(unflushed, [])
    t.is(acknowledged, 30)
    t.true(flushes >= 30, `${flushes} flushes`)
  })
}
