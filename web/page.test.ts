import type { Page } from 'playwright-core'
import { administrator, check, leave, newcomer, stranger, together, waitMs } from './testing/test-page.ts'
import { startClosedServer } from './testing/test-page-server.ts'

const bodies = (page: Page) => page.locator('message-item .body').allInnerTexts()

check('two people sign up, talk, reply, edit, react and delete', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Planning')
  await alice.say('Shall we ship on **Friday**?')
  await bob.message('Shall we ship').waitFor()
  t.is(await bob.page.locator('message-item .body strong').innerText(), 'Friday')
  await bob.act('Shall we ship', 'Reply')
  await bob.say('Thursday is better')
  await alice.message('Thursday is better').locator('reply-quote').getByText('Shall we ship').waitFor()
  await alice.act('Thursday is better', 'React with 👍')
  await bob
    .message('Thursday is better')
    .getByRole('button', { name: `👍 1: ${alice.name}` })
    .waitFor()
  await bob.page.locator('message-composer textarea').press('ArrowUp')
  await bob.say('Thursday it is')
  await alice.message('Thursday it is').getByText('(edited)').waitFor()
  t.is(await alice.message('Thursday is better').count(), 0)
  await bob.act('Thursday it is', 'Delete')
  await bob.page.locator('confirm-dialog').getByRole('button', { name: 'Delete' }).click()
  await alice.message('Message deleted').waitFor()
  t.is(await alice.message('Thursday it is').count(), 0)
  await leave(t, alice, bob)
})

check('an administrator invites by a link, and whoever opens it signs up, once', async (t) => {
  t.timeout(waitMs)
  const server = await startClosedServer()
  t.teardown(server.stop)
  const admin = await administrator(server.url)
  await admin.page.locator('.me').click()
  await admin.page.getByRole('menuitem', { name: 'Invite people' }).click()
  await admin.page.getByRole('button', { name: 'Create link' }).click()
  const link = await admin.page.getByLabel('Invitation link').inputValue()
  t.regex(link, /#\/register\?token=/)
  const guest = await stranger('guest', {}, server.url)
  await guest.signUp(link)
  t.is(await guest.page.locator('.me strong').innerText(), guest.name)
  await guest.page.locator('.me').click()
  await guest.page.getByRole('menuitem', { name: 'Log out' }).waitFor()
  t.is(await guest.page.getByRole('menuitem', { name: 'Invite people' }).count(), 0)
  await guest.page.getByRole('menuitem', { name: 'Log out' }).click()
  await guest.logIn()
  const late = await stranger('late', {}, server.url)
  await late.page.goto(link)
  await late.page.getByText('This invitation link has expired or was used up.').waitFor()
  await leave(t, admin, guest, late)
})

check('a mention is offered, marks the message and the list, and reading clears it', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Mentions')
  await bob.page.getByRole('button', { name: 'New chat' }).click()
  const area = alice.page.locator('message-composer textarea')
  await area.pressSequentially(`Hello @${bob.name.slice(0, 5)}`)
  await alice.page.getByRole('option', { name: bob.name }).first().waitFor()
  await area.press('Enter')
  await area.press('Enter')
  await bob.row('Mentions').getByText('@1').waitFor()
  await bob.openRoom('Mentions')
  await bob.page.locator('message-item[mentioned]').waitFor()
  await bob.row('Mentions').getByText('@1').waitFor({ state: 'hidden' })
  await alice.page.getByRole('img', { name: `Seen by ${bob.name}` }).waitFor()
  await bob.page.locator('message-composer textarea').pressSequentially('typ')
  await alice.page.getByText(`${bob.name} is typing…`).waitFor()
  await leave(t, alice, bob)
})

check('what is written without a network shows at once, and is sent in order when it is back', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Offline')
  await alice.say('before')
  await bob.message('before').waitFor()
  await alice.page.context().setOffline(true)
  await alice.say('first')
  await alice.say('second')
  await alice.message('second').getByText('Sending…').waitFor()
  await bob.say('meanwhile')
  await alice.page.context().setOffline(false)
  await bob.message('second').waitFor()
  await alice.message('meanwhile').waitFor()
  const order = (await bodies(bob.page)).map((body) => body.trim())
  t.deepEqual(
    order.filter((body) => body !== 'meanwhile'),
    ['before', 'first', 'second'],
  )
  await alice.message('second').getByText('Sending…').waitFor({ state: 'hidden' })
  await leave(t, alice, bob)
})

check('what is not sent survives a reload, and goes out once', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Reload')
  await alice.page.context().route('**/send/m.room.message/**', (route) => route.abort())
  await alice.say('kept over the reload')
  await alice.message('kept over').getByText('Sending…').waitFor()
  await alice.page.locator('message-composer textarea').fill('a draft')
  await alice.page.waitForTimeout(600)
  await alice.page.reload()
  await alice.message('kept over').getByText('Sending…').waitFor()
  t.is(await alice.page.locator('message-composer textarea').inputValue(), 'a draft')
  await alice.page.context().unroute('**/send/m.room.message/**')
  await bob.message('kept over').waitFor()
  await alice.message('kept over').getByText('Sending…').waitFor({ state: 'hidden' })
  t.is(await bob.message('kept over').count(), 1)
  t.is(await alice.message('kept over').count(), 1)
  await leave(t, alice, bob)
})

/** Sends by the page's own session, without its composer. */
const sendMany = (page: Page, count: number) =>
  page.evaluate(async (many) => {
    const { accessToken } = JSON.parse(localStorage.getItem('hallway.session') ?? '{}') as { accessToken: string }
    const roomId = location.hash.split('/')[2]
    for (let index = 0; index < many; index += 1) {
      const body = `number ${index} ${'and more words '.repeat((index * 7) % 23)}`
      await fetch(`/_matrix/client/v3/rooms/${roomId}/send/m.room.message/many${index}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ msgtype: 'm.text', body }),
      })
    }
  }, count)

check('whoever comes back after many messages finds all of them, in order and once', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Gap')
  await alice.say('before the gap')
  await bob.message('before the gap').waitFor()
  await alice.page.context().setOffline(true)
  await sendMany(bob.page, 90)
  await bob.message('number 89').waitFor()
  await alice.page.context().setOffline(false)
  await alice.message('number 89').waitFor()
  const scroller = alice.page.locator('timeline-view .scroller')
  const told = async () => (await bodies(alice.page)).flatMap((body) => /number (\d+)/.exec(body)?.[1] ?? []).map(Number)
  const isWhole = (found: number[]) => found[0] === 0 && found.every((number, index) => number === index)
  // The first of them may have come before the line was cut: then the gap lies behind it.
  for (let step = 0; step < 24 && !isWhole(await told()); step += 1) {
    await scroller.evaluate((element) => {
      element.scrollTop -= 1_500
    })
    await alice.page.waitForTimeout(300)
  }
  await alice.message('before the gap').waitFor()
  await alice.message('number 0 ').waitFor()
  const numbers = await told()
  t.deepEqual(
    numbers,
    numbers.map((_, index) => (numbers[0] ?? 0) + index),
  )
  t.is(numbers[0], 0)
  await leave(t, alice, bob)
})

check('older messages load upwards while what one reads stays in place, and few are in the page', async (t) => {
  t.timeout(waitMs)
  const alice = await newcomer('alice')
  await alice.create('History', [])
  await sendMany(alice.page, 260)
  await alice.page.reload()
  await alice.message('number 259').waitFor()
  const scroller = alice.page.locator('timeline-view .scroller')
  /** Scrolls up in one step, and tells how far the message at the top has moved from where the step put it. */
  const drift = () =>
    scroller.evaluate(async (element) => {
      const items = () => [...element.querySelectorAll<HTMLElement>('[data-key]')]
      element.scrollTop = 300
      const top = element.getBoundingClientRect().top
      const first = items().find((item) => item.getBoundingClientRect().bottom > top)
      const before = first?.getBoundingClientRect().top ?? 0
      await new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve)), 600))
      return Math.abs((first?.getBoundingClientRect().top ?? Number.NaN) - before)
    })
  let most = 0
  for (let step = 0; step < 8 && (await alice.message('number 0 ').count()) === 0; step += 1) {
    const moved = await drift()
    t.true(moved <= 1, `${moved} pixels in step ${step}`)
    most = Math.max(most, await alice.page.locator('message-item').count())
  }
  await scroller.evaluate((element) => {
    element.scrollTop = 0
  })
  await alice.message('number 0 ').waitFor()
  t.true(most <= 220, `${most} messages in the page`)
  await alice.page.getByRole('button', { name: 'Latest messages' }).click()
  await alice.message('number 259').waitFor()
  await leave(t, alice)
})
