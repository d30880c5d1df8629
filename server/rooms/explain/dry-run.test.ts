import test from 'ava'
import type { Event, JsonObject } from '../../protocol/event.ts'
import { roomVersion, roomVersions } from '../../protocol/room-versions.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import { testEvent } from '../../protocol/test-event.ts'
import { dryRun } from './dry-run.ts'
import { namedUsers, whoMay } from './who-may.ts'

const ada = '@ada:x'
const bob = '@bob:x'
const roomId = '!create'

const state = (type: string, stateKey: string, content: JsonObject): Event =>
  testEvent(
    { type, sender: ada, state_key: stateKey, content },
    { eventId: type === 'm.room.create' ? '$create' : `$${type}${stateKey}`, roomId },
  )

const roomOf = (id: string, levels: JsonObject | undefined, more: readonly Event[] = []) => {
  const events = [
    state('m.room.create', '', { creator: ada, room_version: id }),
    state('m.room.member', ada, { membership: 'join' }),
    state('m.room.member', bob, { membership: 'join' }),
    ...(levels === undefined ? [] : [state('m.room.power_levels', '', levels)]),
    ...more,
  ]
  return { version: roomVersion(id)!, roomId, extremities: ['$end'], lookup: lookupIn(events) } as const
}

const told = (deeds: ReturnType<typeof dryRun>) => Object.fromEntries(deeds.map(({ deed, verdict, rule }) => [deed, rule ?? verdict]))

test('a creator of version 12 may do all but what makes no sense', (t) => {
  const deeds = told(dryRun(roomOf('12', { users: {} }), ada))
  t.deepEqual(deeds, {
    join: 'allowed',
    leave: 'allowed',
    knock: '5.7.1',
    invite: 'allowed',
    kick: 'allowed',
    ban: 'allowed',
    'send-messages': 'allowed',
    redact: 'allowed',
    'set-name': 'allowed',
    'set-topic': 'allowed',
    'set-power-levels': 'allowed',
    'set-join-rules': 'allowed',
    upgrade: 'allowed',
  })
})

test('in every version, what a usual member may not do has its rule in that version', (t) => {
  for (const version of roomVersions) {
    const deeds = told(dryRun(roomOf(version.id, {}), bob))
    const { rules } = version
    t.is(deeds['send-messages'], 'allowed', version.id)
    t.is(deeds['ban'], `${rules.member.ban}.3`, version.id)
    t.is(deeds['kick'], `${rules.member.leave}.5`, version.id)
    t.is(deeds['upgrade'], rules.requiredLevel, version.id)
    // Judged by the rules in versions 1 and 2, apart from them later.
    t.is(deeds['redact'], rules.redaction === undefined ? 'refused' : `${rules.redaction}.3`, version.id)
    t.is('knock' in deeds, version.knock, version.id)
  }
})

test('why somebody cannot join is told: a ban, or no invitation', (t) => {
  t.is(told(dryRun(roomOf('11', {}), '@eve:x'))['join'], '4.3.7')
  t.is(told(dryRun(roomOf('11', {}, [state('m.room.member', bob, { membership: 'ban' })]), bob))['join'], '4.3.3')
})

test('who may do what follows the levels, and the founder where there are none', (t) => {
  const levels = { users: { [ada]: 100, [bob]: 50, '@gone:x': 100 }, users_default: 0, events_default: 50, ban: 75 }
  const { version, lookup } = roomOf('11', levels)
  t.deepEqual(namedUsers(version, lookup), [ada, bob, '@gone:x'])
  const may = whoMay(version, lookup, new Set([ada, bob]), 10)
  const of = (deed: string) => may.find((one) => one.deed === deed)!
  t.deepEqual([of('send-messages').everyone, of('send-messages').user_ids], [false, [ada, bob]])
  t.deepEqual([of('ban').level, of('ban').user_ids], [75, [ada]])
  t.deepEqual([of('invite').everyone, of('invite').count], [true, 10])
  const young = roomOf('11', undefined)
  t.deepEqual(namedUsers(young.version, young.lookup), [ada])
})

test('who is set lower than everybody else is not counted among them', (t) => {
  const { version, lookup } = roomOf('11', { users: { [bob]: -1 }, users_default: 0 })
  const [messages] = whoMay(version, lookup, new Set([bob]), 10)
  t.deepEqual([messages!.everyone, messages!.count, messages!.user_ids], [true, 9, []])
})
