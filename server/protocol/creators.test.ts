import test from 'ava'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { authorise } from './auth-rules.ts'
import { canonicalJson } from './encoding.ts'
import type { Rejection } from './errors.ts'
import type { Event, JsonObject } from './event.ts'
import { judgedOf } from './judged.ts'
import { creatorsOf, defaultLevels, isCreator, levelFor, levelToSend, powerOf, redactionApplies } from './power-levels.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { lookupIn, type StateLookup } from './state-map.ts'
import { errcodeOf, testEvent } from './test-event.ts'

const v11 = roomVersion('11') as RoomVersion
const v12 = roomVersion('12') as RoomVersion
const max = Number.MAX_SAFE_INTEGER
const roomId: RoomId = '!create'

const founder: UserId = '@founder:x'
const second: UserId = '@second:y'
/** As mighty as a number can make anybody. */
const mighty: UserId = '@mighty:z'
const peer: UserId = '@peer:z'
const plain: UserId = '@plain:z'
const creators = [founder, second]
const others = [mighty, peer, plain]

const event = (type: string, sender: UserId, content: JsonObject, stateKey?: string): Event =>
  testEvent(
    {
      type,
      sender,
      content,
      ...(type !== 'm.room.create' && { room_id: roomId, prev_events: ['$before'] }),
      ...(stateKey !== undefined && { state_key: stateKey }),
    },
    { eventId: type === 'm.room.create' ? '$create' : `$${type}`, roomId },
  )
const createEvent = (additional: unknown = [second]): Event =>
  event('m.room.create', founder, { room_version: '12', additional_creators: additional }, '')
const join = (user: UserId): Event => event('m.room.member', user, { membership: 'join' }, user)
/** Everything takes the highest level there is. */
const highest = Object.fromEntries(Object.keys(defaultLevels).map((name) => [name, max]))
const levels = (content: JsonObject): Event => event('m.room.power_levels', founder, content, '')
const users = { [mighty]: max, [peer]: max }
const room = (content: JsonObject = { ...highest, users_default: 0, users }): StateLookup =>
  lookupIn([createEvent(), levels(content), ...[...creators, ...others].map(join)])

const judge = (lookup: StateLookup, one: Event): Rejection | undefined => authorise(v12, judgedOf(one), lookup, { signedBy: () => true })
const may = (one: Event, lookup = room()): boolean => judge(lookup, one) === undefined
const member = (sender: UserId, target: UserId, membership: string): Event => event('m.room.member', sender, { membership }, target)

test('creators are who sent the create event, and whom it names', (t) => {
  t.deepEqual(creatorsOf(v12, createEvent()), creators)
  t.deepEqual(creatorsOf(v12, createEvent([])), [founder])
  t.deepEqual(creatorsOf(v11, createEvent()), [])
  t.deepEqual(creatorsOf(v12, undefined), [])
  for (const additional of [null, {}, 'x', second, 1, [[second]], [{ [second]: 1 }]]) {
    t.false(isCreator(v12, second, createEvent(additional)), JSON.stringify(additional))
    t.deepEqual(creatorsOf(v12, createEvent(additional)), [founder])
  }
  for (const name of ['constructor', 'length', '0', '']) t.false(isCreator(v12, name, createEvent()))
})

test('creators reach every level that a number can set, and nobody reaches theirs', (t) => {
  const lookup = room()
  for (const creator of creators) {
    for (const name of Object.keys(defaultLevels) as (keyof typeof defaultLevels)[])
      t.true(powerOf(v12, creator, lookup) >= levelFor(v12, name, lookup))
    t.true(powerOf(v12, creator, lookup) >= levelToSend(v12, 'm.room.power_levels', true, lookup))
    for (const other of others) t.true(powerOf(v12, creator, lookup) > powerOf(v12, other, lookup))
    t.true(redactionApplies(v12, creator, mighty, room({ redact: max })))
  }
})

test('creators remove whom they like, but not one another', (t) => {
  for (const membership of ['leave', 'ban'])
    for (const creator of creators) {
      for (const other of others) {
        t.true(may(member(creator, other, membership)))
        t.false(may(member(other, creator, membership)))
      }
      for (const fellow of creators) t.is(may(member(creator, fellow, membership)), fellow === creator && membership === 'leave')
    }
})

test('who is as mighty as numbers go removes those below, but no peer', (t) => {
  for (const membership of ['leave', 'ban']) {
    t.true(may(member(mighty, plain, membership)))
    t.false(may(member(mighty, peer, membership)))
    t.false(may(member(plain, mighty, membership)))
  }
})

test('no power levels event can have a creator in it, whoever sends it, whatever the level', (t) => {
  for (const sender of [...creators, mighty])
    for (const creator of creators)
      for (const level of [-max, -1, 0, 100, max]) {
        const change = event('m.room.power_levels', sender, { ...highest, users_default: 0, users: { ...users, [creator]: level } }, '')
        t.is(judge(room(), change)?.rule, '10.4', `${sender} sets ${creator} to ${level}`)
        // Neither the first event of its kind in the room.
        t.is(judge(lookupIn([createEvent(), ...creators.map(join)]), change)?.rule, sender === mighty ? '6' : '10.4')
      }
})

test('a power levels event that names a creator nonetheless changes nothing about them', (t) => {
  // As one that came by state resolution from elsewhere might.
  const lookup = room({ ...highest, users: { ...users, [founder]: -max, [second]: 0 }, users_default: -max })
  for (const creator of creators) {
    t.is(powerOf(v12, creator, lookup), Number.POSITIVE_INFINITY)
    t.true(may(event('m.room.name', creator, {}, ''), lookup))
    t.false(may(member(mighty, creator, 'ban'), lookup))
  }
})

test('creators set any number, and take it back from those who have the highest', (t) => {
  for (const creator of creators)
    for (const level of [-max, 0, max - 1, max]) {
      t.true(may(event('m.room.power_levels', creator, { ...highest, users_default: level, users: { [mighty]: level } }, '')))
      t.true(may(event('m.room.power_levels', creator, { state_default: level, events: { x: level }, notifications: { room: level } }, '')))
    }
})

test('numbers beyond the safe ones are no levels', (t) => {
  for (const level of [max + 1, -max - 1, 1e300, 1.5, '1', null, true, [], Number.POSITIVE_INFINITY, Number.NaN]) {
    t.is(judge(room(), event('m.room.power_levels', founder, { ban: level }, ''))?.rule, '10.1', String(level))
    t.is(judge(room(), event('m.room.power_levels', founder, { events: { x: level } }, ''))?.rule, '10.2', String(level))
    t.is(judge(room(), event('m.room.power_levels', founder, { users: { [plain]: level } }, ''))?.rule, '10.3', String(level))
    // What got there all the same counts as absent.
    t.is(powerOf(v12, plain, room({ users: { [plain]: level }, users_default: 7 })), 7)
    t.is(levelFor(v12, 'ban', room({ ban: level })), 50)
  }
})

const change = (sender: UserId, content: JsonObject): Event =>
  event('m.room.power_levels', sender, { ...highest, users_default: 0, users, ...content }, '')

test('at the edge of the numbers, comparing stays exact', (t) => {
  t.true(may(change(mighty, { users: { ...users, [plain]: max } })))
  t.true(may(change(mighty, { users: { [peer]: max } })))
  t.false(may(change(mighty, { users: { [mighty]: max } })))
  t.false(may(change(mighty, { users: { ...users, [peer]: max - 1 } })))
  const almost = room({
    ...highest,
    users_default: 0,
    state_default: 0,
    events: { 'm.room.power_levels': 0 },
    users: { [mighty]: max - 1, [peer]: max },
  })
  const step = (content: JsonObject) =>
    may(
      event(
        'm.room.power_levels',
        mighty,
        {
          ...highest,
          users_default: 0,
          state_default: 0,
          events: { 'm.room.power_levels': 0 },
          users: { [mighty]: max - 1, [peer]: max },
          ...content,
        },
        '',
      ),
      almost,
    )
  t.true(step({}))
  t.false(step({ ban: max - 1 }))
  t.true(step({ state_default: max - 1 }))
  t.false(step({ state_default: max }))
  t.false(step({ users: { [mighty]: max, [peer]: max } }))
  t.true(step({ users: { [mighty]: -max, [peer]: max } }))
  t.false(may(member(mighty, peer, 'leave'), room({ kick: 0, users: { [mighty]: max - 1, [peer]: max } })))
  t.true(may(member(peer, mighty, 'leave'), room({ kick: 0, users: { [mighty]: max - 1, [peer]: max } })))
})

test('levels below zero keep people from what takes none', (t) => {
  const lookup = room({ users_default: -max, events_default: -max + 1, users: { [peer]: -max + 1 } })
  t.false(may(event('m.room.message', plain, {}), lookup))
  t.true(may(event('m.room.message', peer, {}), lookup))
  t.true(may(event('m.room.message', founder, {}), lookup))
})

test('the power of creators is in no answer and in no event', (t) => {
  const lookups = [room(), room({}), room({ users_default: -max }), lookupIn([createEvent(), ...[...creators, ...others].map(join)])]
  const contents: JsonObject[] = [
    {},
    highest,
    { users: { [founder]: max } },
    { users },
    { events: { x: max } },
    { membership: 'ban' },
    { membership: 'leave' },
    { membership: 'join' },
  ]
  let refused = 0
  for (const lookup of lookups)
    for (const sender of [...creators, ...others])
      for (const type of [
        'm.room.power_levels',
        'm.room.member',
        'm.room.name',
        'm.room.message',
        'm.room.third_party_invite',
        'm.room.create',
      ])
        for (const stateKey of ['', ...creators, ...others, undefined])
          for (const content of contents) {
            const rejection = judge(lookup, event(type, sender, content, stateKey))
            if (rejection !== undefined) refused++
            t.notRegex(JSON.stringify(rejection) ?? '', /Infinity|NaN|null|1e\+?308/i)
          }
  t.true(refused > 1000)
  // Whoever puts it into JSON all the same is told so.
  t.is(
    errcodeOf(() => canonicalJson({ level: powerOf(v12, founder, room()) })),
    'M_BAD_JSON',
  )
})
