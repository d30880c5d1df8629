import test from 'ava'
import { knownFailuresText, parseKnownFailures } from './known-failures.ts'

const text = '# Why they fail.\nsync/initial  theirs: it forgets. https://example.org/1\n\nrooms/alias theirs: it is late.\n'

test('a list is read line by line, comments left out', (t) => {
  const { entries, head } = parseKnownFailures(text)
  t.deepEqual(
    [...entries.values()],
    [
      { id: 'sync/initial', reason: 'theirs: it forgets. https://example.org/1' },
      { id: 'rooms/alias', reason: 'theirs: it is late.' },
    ],
  )
  t.deepEqual(head, ['# Why they fail.'])
})

test('an entry without a reason, or listed twice, is an error with its line', (t) => {
  t.throws(() => parseKnownFailures('sync/initial\n', 'list'), { message: /list, line 1/ })
  t.throws(() => parseKnownFailures('a/b x\na/b y\n', 'list'), { message: /line 2.*twice/ })
})

test('an updated list keeps reasons, drops what passes, and marks what is new', (t) => {
  const updated = parseKnownFailures(knownFailuresText(parseKnownFailures(text), ['zoo/new', 'rooms/alias']))
  t.deepEqual([...updated.entries.keys()], ['rooms/alias', 'zoo/new'])
  t.is(updated.entries.get('rooms/alias')?.reason, 'theirs: it is late.')
  t.regex(updated.entries.get('zoo/new')?.reason ?? '', /^unclassified/)
  t.deepEqual(updated.head, ['# Why they fail.'])
})
