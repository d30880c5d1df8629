import type { Page } from 'playwright-core'
import { check, leave, newcomer, pageUrl, waitMs } from './testing/test-page.ts'
import { violations } from './testing/test-axe.ts'
import type { Person } from './testing/test-browser.ts'

type Answer = { readonly [key: string]: unknown }

/** Calls the server as the person at the page. */
const call = (page: Page, method: string, path: string, body?: object): Promise<Answer> =>
  page.evaluate(
    async ([method, path, body]) => {
      const { accessToken } = JSON.parse(localStorage.getItem('hallway.session') ?? '{}') as { accessToken?: string }
      const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' }
      const answer = await fetch(`/_matrix/client/v3/${path}`, { method, headers, ...(body && { body }) })
      return (await answer.json()) as Answer
    },
    [method, path, body && JSON.stringify(body)] as const,
  )
const path = encodeURIComponent
const text = (body: string) => ({ msgtype: 'm.text', body })

/** A room of an older version, by a plain client, with both in it. Gives its ID. */
const olderRoom = async (name: string, alice: Person, bob: Person): Promise<string> => {
  const { room_id: roomId } = await call(alice.page, 'POST', 'createRoom', { room_version: '11', name, preset: 'public_chat' })
  await call(bob.page, 'POST', `join/${path(String(roomId))}`)
  return String(roomId)
}

for (const [look, options] of [
  ['light and wide', { colorScheme: 'light' }],
  ['dark and narrow', { colorScheme: 'dark', viewport: { width: 390, height: 780 } }],
] as const) {
  check(`an upgraded conversation is one in the list, with one timeline across both rooms, ${look}`, async (t) => {
    t.timeout(waitMs)
    const [alice, bob] = [await newcomer('alice'), await newcomer('bob', options)]
    const name = `Kiln ${look}`
    const roomId = await olderRoom(name, alice, bob)
    await alice.openRoom(name)
    await bob.openRoom(name)
    await alice.say('said before')
    await bob.message('said before').waitFor()
    await bob.page.locator('message-composer textarea').fill('half a')
    await alice.page.getByRole('button', { name: 'Details, 2 members' }).click()
    await alice.page.locator('details-panel').getByRole('button', { name: 'Upgrade' }).click()
    await alice.page.locator('confirm-dialog').getByRole('button', { name: 'Upgrade' }).click()
    for (const { page } of [alice, bob]) await page.waitForFunction((old) => !location.hash.includes(old), path(roomId))
    await alice.say('said after')
    await bob.message('said after').waitFor()
    await bob.message('said before').waitFor()
    await bob.page.getByText('This conversation was upgraded').waitFor()
    t.deepEqual(await bob.page.locator('message-item .body').allInnerTexts(), ['said before', 'said after'])
    t.is(await alice.row(name).count(), 1)
    const area = await bob.page.locator('message-composer textarea').elementHandle()
    await bob.page.waitForFunction((element) => element instanceof HTMLTextAreaElement && element.value === 'half a', area)
    await bob.act('said before', 'React with 👍')
    await alice.message('said before').getByRole('button', { name: '👍 1:' }).waitFor()
    t.is(await bob.message('said before').getByRole('button', { name: 'Reply', exact: true }).count(), 0)
    t.deepEqual(await violations(bob.page), [])
    if (process.env['HALLWAY_TEST_SCREENSHOTS'])
      await bob.page.screenshot({ path: `${process.env['HALLWAY_TEST_SCREENSHOTS']}/upgrade ${look}.png` })
    await bob.page.goto(`${pageUrl()}#/room/${path(roomId)}`)
    await bob.page.waitForFunction((old) => !location.hash.includes(old), path(roomId))
    await bob.page.locator('message-composer').waitFor()
    await bob.say('a link led on')
    await alice.message('a link led on').waitFor()
    await leave(t, alice, bob)
  })
}

check('a long past goes on above an upgraded room, however short that is', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob')]
  const roomId = await olderRoom('Long past', alice, bob)
  for (let i = 0; i < 120; i += 1)
    await call(alice.page, 'PUT', `rooms/${path(roomId)}/send/m.room.message/n${i}`, text(`number ${i} of many`))
  const { replacement_room: next } = await call(alice.page, 'POST', `rooms/${path(roomId)}/upgrade`, { new_version: '12' })
  await call(alice.page, 'PUT', `rooms/${path(String(next))}/send/m.room.message/last`, text('the new one'))
  await bob.page.reload()
  await bob.openRoom('Long past')
  await bob.message('number 119 of many').waitFor()
  const scroller = bob.page.locator('timeline-view .scroller')
  for (let step = 0; step < 30 && (await bob.message('number 0 of many').count()) === 0; step += 1) {
    await scroller.evaluate((element) => {
      element.scrollTop = 0
    })
    await bob.page.waitForTimeout(200)
  }
  await bob.message('number 0 of many').waitFor()
  await bob.page.locator('timeline-view .beginning').waitFor()
  await leave(t, alice, bob)
})

check('a tombstone to a room that knows nothing of it is not followed', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob')]
  const roomId = await olderRoom('Cheated', alice, bob)
  const trap = await olderRoom('Trap', alice, bob)
  await bob.openRoom('Cheated')
  await call(alice.page, 'PUT', `rooms/${path(roomId)}/state/m.room.tombstone/`, { body: 'moved', replacement_room: trap })
  await bob.page.getByText('This conversation goes on in a new room.').waitFor()
  t.is(await bob.page.locator('message-composer').count(), 0)
  t.true(await bob.row('Cheated').isVisible())
  await call(bob.page, 'POST', `rooms/${path(trap)}/leave`)
  await bob.page.getByRole('button', { name: 'Go there' }).click()
  await bob.page.getByText('does not say that it takes the place').waitFor()
  t.true(bob.page.url().includes(path(roomId)))
  t.deepEqual(((await call(bob.page, 'GET', 'joined_rooms'))['joined_rooms'] as string[]).includes(trap), false)
  await leave(t, alice, bob)
})

check('who is only invited to the room that follows goes there by a button', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob')]
  const invite = { room_version: '11', name: 'Private kiln', invite: [`@${bob.name}:page.test`] }
  const roomId = String((await call(alice.page, 'POST', 'createRoom', invite))['room_id'])
  await call(bob.page, 'POST', `join/${path(roomId)}`)
  await call(bob.page, 'PUT', `rooms/${path(roomId)}/send/m.room.message/1`, text('said before'))
  await bob.openRoom('Private kiln')
  await call(alice.page, 'POST', `rooms/${path(roomId)}/upgrade`, { new_version: '12' })
  await bob.page.getByRole('button', { name: 'Go there' }).click()
  await bob.page.waitForFunction((old) => !location.hash.includes(old), path(roomId))
  await bob.page.locator('message-composer').waitFor()
  t.is(await bob.row('Private kiln').count(), 1)
  await bob.message('said before').waitFor()
  await leave(t, alice, bob)
})
