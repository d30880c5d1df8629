import test from 'ava'
import { mock } from 'node:test'
import type { UserId } from '../../spec/identifiers.ts'
import { createPresence } from './presence.ts'
import { createPresenceNews } from './presence-news.ts'

const alice: UserId = '@alice:hs'
const bob: UserId = '@bob:hs'
const carol: UserId = '@carol:hs'

/** Presence with a clock that the test moves, and what it told. */
const start = (enabled = true) => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 })
  const presence = createPresence({ now: Date.now, enabled })
  const told: (readonly UserId[])[] = []
  presence.subscribe((userIds) => told.push(userIds))
  return { presence, told, pass: (milliseconds: number) => mock.timers.tick(milliseconds) }
}
test.afterEach.always(() => mock.timers.reset())

test.serial('who syncs is online, idles after five minutes, and is offline soon after the last sync', (t) => {
  const { presence, pass } = start()
  const states: string[] = []
  presence.touch(alice, 'online')
  for (let i = 0; i < 6; i++) {
    states.push(presence.of(alice).presence)
    pass(60_000)
    presence.touch(alice, 'online')
  }
  t.deepEqual(states, ['online', 'online', 'online', 'online', 'online', 'unavailable'])
  pass(100_000)
  t.deepEqual(presence.of(alice), { presence: 'offline', last_active_ago: 460_000 })
  presence.touch(alice, 'online')
  t.is(presence.of(alice).presence, 'online')
})

test.serial('somebody away by their own word comes back by a deed, not by a sync', (t) => {
  const { presence } = start()
  presence.set(alice, 'unavailable', 'lunch')
  presence.touch(alice, 'online')
  t.deepEqual(presence.of(alice), { presence: 'unavailable', status_msg: 'lunch' })
  presence.act(alice)
  t.deepEqual(presence.of(alice), { presence: 'online', status_msg: 'lunch', last_active_ago: 0, currently_active: true })
  presence.touch(alice, 'unavailable')
  presence.touch(alice, 'online')
  t.is(presence.of(alice).presence, 'online')
  presence.touch(bob, 'offline')
  t.is(presence.of(bob).presence, 'offline')
})

test.serial('changes are numbered, told together, and only where something can be seen', (t) => {
  const { presence, told, pass } = start()
  presence.touch(alice, 'online')
  presence.touch(alice, 'online')
  presence.touch(bob, 'online')
  t.is(presence.counter(), 2)
  pass(1000)
  t.deepEqual(told, [[alice, bob]])
  presence.set(alice, 'online', 'hello')
  t.deepEqual(presence.changedSince(2), [alice])
  t.deepEqual(presence.changedSince(1), [alice, bob])
  t.deepEqual(presence.changedSince(3), [])
  pass(70_000)
  t.is(presence.of(alice).currently_active, false)
  t.deepEqual(presence.changedSince(3).toSorted(), [alice, bob])
})

test.serial('whoever asks for changes of long ago is told of everybody who is there', (t) => {
  const { presence } = start()
  presence.touch(carol, 'online')
  for (let i = 0; i < 12_000; i++) presence.set(alice, 'online', `message ${i}`)
  t.deepEqual(presence.changedSince(1).toSorted(), [alice, carol])
  t.deepEqual(presence.changedSince(presence.counter() - 2000), [alice])
})

test.serial('syncs tell of oneself and of those who share a room', (t) => {
  const { presence } = start()
  for (const userId of [alice, bob, carol]) presence.act(userId)
  const news = createPresenceNews({ presence, shareRoom: (a, b) => ![a, b].includes(carol) })
  const told = news.since(alice, 0).map((text) => JSON.parse(text) as { sender: string; type: string; content: { presence: string } })
  t.deepEqual(told.map(({ sender, type, content }) => [sender, type, content.presence]).sort(), [
    [alice, 'm.presence', 'online'],
    [bob, 'm.presence', 'online'],
  ])
  t.deepEqual(news.since(alice, news.counter()), [])
})

test.serial('switched off, nobody is ever seen', (t) => {
  const { presence, told, pass } = start(false)
  presence.set(alice, 'online', 'hello')
  presence.act(alice)
  pass(1000)
  t.deepEqual([presence.of(alice), presence.counter(), told], [{ presence: 'offline' }, 0, []])
})
