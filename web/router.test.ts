import test from 'ava'
import { createRouter, hashOf, placeOf, type Place } from './router.ts'

test('every place comes back from its hash', (t) => {
  const places: Place[] = [
    { name: 'home' },
    { name: 'login' },
    { name: 'new' },
    { name: 'register' },
    { name: 'register', token: 'a b&c' },
    { name: 'reset', token: 'x' },
    { name: 'room', roomId: '!a/b?c:example.org' },
  ]
  for (const place of places) t.deepEqual(placeOf(hashOf(place)), place)
})

test('what nobody knows is home, and a broken escape is no error', (t) => {
  t.deepEqual(placeOf('#/nowhere'), { name: 'home' })
  t.deepEqual(placeOf('#/room/@alice'), { name: 'home' })
  t.deepEqual(placeOf('#/room/!a%zz'), { name: 'room', roomId: '!a%zz' })
  t.deepEqual(placeOf('#/reset'), { name: 'home' })
})

test('going somewhere writes history once, and travelling back is followed', (t) => {
  const written: string[] = []
  const location = { hash: '' }
  let travelled = () => {}
  const write = (kind: string) => (_: unknown, __: string, url?: string | URL | null) => void written.push(`${kind} ${url}`)
  const router = createRouter({
    location,
    history: { pushState: write('push'), replaceState: write('replace') },
    onTravel: (callback) => {
      travelled = callback
    },
  })
  router.go({ name: 'new' })
  router.go({ name: 'new' })
  router.go({ name: 'login' }, { replace: true })
  t.deepEqual(written, ['push #/new', 'replace #/login'])
  location.hash = '#/room/!a'
  travelled()
  t.deepEqual(router.place.value, { name: 'room', roomId: '!a' })
})
