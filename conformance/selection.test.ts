import test from 'ava'
import { allChecks } from './all-checks.ts'
import { check } from './check.ts'
import { assertSound, named, selected } from './selection.ts'

const nothing = async () => {}
const some = [
  check('sync/initial', { clause: 'client-server-api/#syncing' }, 'One.', nothing),
  check('sync/gap', { clause: 'client-server-api/#syncing', level: 'should', since: 'v1.4' }, 'Two.', nothing),
  check('rooms/alias', { clause: 'client-server-api/#rooms', level: 'may' }, 'Three.', nothing),
]
const none = { run: [], skip: [], area: [], clause: [], level: undefined, spec: undefined, failedFrom: undefined }
const ids = (filters: object) => selected(some, { ...none, ...filters }).map(({ id }) => id)

test('every check of the suite is sound: its ID unique and well-formed, its clause or endpoint said', (t) => {
  t.notThrows(() => assertSound(allChecks))
  t.true(allChecks.length > 250)
})

test('two checks of one ID are not sound', (t) => {
  t.throws(() => assertSound([...some, ...some]), { message: /Two checks/ })
  t.throws(() => assertSound([check('Sync', { clause: 'x/#y' }, '', nothing)]), { message: /form/ })
})

test('checks are chosen by name, area, clause, level and version', (t) => {
  t.deepEqual(ids({}), ['sync/initial', 'sync/gap', 'rooms/alias'])
  t.deepEqual(ids({ run: ['ini', 'alias'] }), ['sync/initial', 'rooms/alias'])
  t.deepEqual(ids({ skip: ['sync/*'] }), ['rooms/alias'])
  t.deepEqual(ids({ area: ['rooms'] }), ['rooms/alias'])
  t.deepEqual(ids({ clause: ['#syncing'] }), ['sync/initial', 'sync/gap'])
  t.deepEqual(ids({ level: 'should' }), ['sync/initial', 'sync/gap'])
  t.deepEqual(ids({ spec: 'v1.3' }), ['sync/initial', 'rooms/alias'])
})

test('a star stands for anything, and the pattern then means the whole ID', (t) => {
  t.true(named('sync/gap', 's*gap'))
  t.false(named('sync/gap', 's*ga'))
  t.false(named('sync.gap', 'sync/*'))
})
