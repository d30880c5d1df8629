import type { Page, WebSocketRoute } from 'playwright-core'
import { liveSocketPath } from '../spec/extensions/live-socket.ts'
import { check, leave, newcomer, stranger, waitMs } from './testing/test-page.ts'

const isSync = (url: string): boolean => /simplified_msc3575\/sync(\?|$)/.test(url)
const isLiveSocket = (url: URL): boolean => url.pathname === liveSocketPath

/** What a page asks for news over HTTP, from now on. */
const syncsOf = (page: Page): string[] => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (isSync(request.url())) asked.push(request.url())
  })
  return asked
}

/** The frames of a page's live sockets, from now on. */
const framesOf = (page: Page) => {
  const frames = { sent: [] as string[], received: [] as string[] }
  page.on('websocket', (socket) => {
    if (!isLiveSocket(new URL(socket.url()))) return
    socket.on('framesent', ({ payload }) => frames.sent.push(String(payload)))
    socket.on('framereceived', ({ payload }) => frames.received.push(String(payload)))
  })
  return frames
}

const typesOf = (frames: readonly string[]): string[] => frames.map((frame) => (JSON.parse(frame) as { type: string }).type)

check('news come over the live socket, and none is asked for beside it', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await stranger('bob')]
  const frames = framesOf(bob.page)
  const syncs = syncsOf(bob.page)
  await bob.signUp()
  await alice.create('Socket', [bob])
  await bob.openRoom('Socket')
  await alice.say('over the socket')
  await bob.message('over the socket').waitFor()
  await bob.say('and back')
  await alice.message('and back').waitFor()
  t.deepEqual(syncs, [])
  t.deepEqual(typesOf(frames.sent).slice(0, 2), ['auth', 'request'])
  t.deepEqual([...new Set(typesOf(frames.sent.slice(1)))], ['request'])
  t.deepEqual([...new Set(typesOf(frames.received))], ['response'])
  t.is(frames.received.filter((frame) => frame.includes('over the socket')).length, 1)
  await leave(t, alice, bob)
})

check('where no socket opens, news come over HTTP', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await stranger('bob')]
  let refused = 0
  await bob.page.routeWebSocket(isLiveSocket, async (socket) => {
    refused += 1
    await socket.close({ code: 1011 })
  })
  const syncs = syncsOf(bob.page)
  await bob.signUp()
  await alice.create('Long poll', [bob])
  await bob.openRoom('Long poll')
  for (const text of ['first over HTTP', 'second over HTTP']) {
    await alice.say(text)
    await bob.message(text).waitFor()
  }
  await bob.say('and back')
  await alice.message('and back').waitFor()
  t.true(refused > 0)
  t.true(syncs.length > 0)
  t.is(await bob.message('over HTTP').count(), 2)
  await leave(t, alice, bob)
})

check('when the socket breaks and none opens again, the page goes on over HTTP: nothing is lost, and nothing shown twice', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await stranger('bob')]
  let broken = false
  const open: WebSocketRoute[] = []
  await bob.page.routeWebSocket(isLiveSocket, async (socket) => {
    if (broken) return socket.close({ code: 1011 })
    socket.connectToServer()
    open.push(socket)
  })
  const syncs = syncsOf(bob.page)
  await bob.signUp()
  await alice.create('Break', [bob])
  await bob.openRoom('Break')
  await alice.say('news one')
  await bob.message('news one').waitFor()
  t.deepEqual(syncs, [])
  broken = true
  await alice.say('news two')
  for (const socket of open) await socket.close({ code: 1011 })
  await alice.say('news three')
  await bob.message('news three').waitFor()
  t.true(syncs.length > 0)
  t.true(
    syncs.every((url) => new URL(url).searchParams.has('pos')),
    'from where the socket was',
  )
  const bodies = await bob.page.locator('message-item .body').allInnerTexts()
  t.deepEqual(
    bodies.map((body) => body.trim()),
    ['news one', 'news two', 'news three'],
  )
  await leave(t, alice, bob)
})
