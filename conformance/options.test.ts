import test from 'ava'
import { parseOptions, UsageError } from './options.ts'

test('a URL is enough to run', (t) => {
  const options = parseOptions(['--base-url', 'http://127.0.0.1:8008/', '--seed', '7'])
  t.like(options, { action: 'run', baseUrl: 'http://127.0.0.1:8008', seed: 7, parallel: 8, repeat: 1, mutate: false })
})

test('neither server nor target, or both, is a wrong use', (t) => {
  t.throws(() => parseOptions([]), { instanceOf: UsageError })
  t.throws(() => parseOptions(['--base-url', 'http://x', '--target', 'y']), { instanceOf: UsageError })
})

test('unknown words, levels, versions and numbers are a wrong use', (t) => {
  for (const wrong of [['--colour'], ['here'], ['--level', 'perhaps'], ['--spec', '11'], ['--repeat', '0'], ['--seed', 'x']]) {
    t.throws(() => parseOptions(['--base-url', 'http://x', ...wrong]), { instanceOf: UsageError }, wrong.join(' '))
  }
})

test('listing needs no server', (t) => {
  t.is(parseOptions(['--list']).action, 'list')
  t.like(parseOptions(['--explain', 'sync/initial']), { action: 'explain', operands: ['sync/initial'] })
  t.like(parseOptions(['diff', 'a', 'b']), { action: 'diff', operands: ['a', 'b'] })
})

test('given tokens are shared, so checks run one at a time', (t) => {
  const options = parseOptions(['--base-url', 'http://x', '--token', 'a', '--token', 'b'])
  t.deepEqual(options.admission, { by: 'tokens', tokens: ['a', 'b'] })
  t.is(options.parallel, 1)
})
