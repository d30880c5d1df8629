import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test, { type ExecutionContext } from 'ava'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { findChromium, newPerson, type Person, startBrowser } from './testing/browser.ts'
import { noServerBecause, type PageServer, startPageServer } from './testing/page-server.ts'

const chromium = findChromium()
const absent = chromium === undefined ? 'there is no Chromium (apt install chromium)' : noServerBecause()
if (absent !== undefined) console.log(`skipped: the page in Chromium, because ${absent}`)
const check = absent === undefined ? test.serial : test.serial.skip

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const waitMs = 60_000
let server: PageServer
let browser: Browser
let people = 0

test.before(async (t) => {
  t.timeout(waitMs)
  if (absent !== undefined) return
  server = await startPageServer()
  browser = await startBrowser(chromium ?? '')
})

test.after.always(async () => {
  await browser?.close()
  await server?.stop()
})

const run = Date.now().toString(36)
const newcomer = async (name: string, options: BrowserContextOptions = {}): Promise<Person> => {
  people += 1
  const person = await newPerson(browser, server.url, `${name}-${run}-${people}`, options)
  await person.signUp()
  return person
}

/** A channel with two people in it, both looking at it. */
const together = async (room: string, options: BrowserContextOptions = {}) => {
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob', options)]
  await alice.create(room, [bob])
  await bob.openRoom(room)
  return { alice, bob }
}

const leave = async (t: ExecutionContext, ...persons: Person[]) => {
  for (const { page, errors } of persons) {
    t.deepEqual(errors, [])
    await page.context().close()
  }
}

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
  await alice.message('Message deleted').waitFor()
  t.is(await alice.message('Thursday it is').count(), 0)
  await leave(t, alice, bob)
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

check('a narrow page shows list or room, and everything can be reached', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Narrow', { viewport: { width: 390, height: 780 } })
  t.false(await bob.page.locator('side-bar').isVisible())
  await bob.say('from the phone')
  await alice.message('from the phone').waitFor()
  const overflow = await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  t.true(overflow <= 0)
  await bob.page.getByRole('button', { name: 'Details, 2 members' }).click()
  await bob.page.locator('details-panel').getByText(alice.name).waitFor()
  await bob.page.getByRole('button', { name: 'Close details' }).click()
  await bob.page.getByRole('button', { name: 'Back to the list' }).click()
  t.true(await bob.page.locator('side-bar').isVisible())
  t.false(await bob.page.locator('message-composer').isVisible())
  await leave(t, alice, bob)
})

check('the keyboard alone goes to a person, writes, reacts and comes back', async (t) => {
  t.timeout(waitMs)
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob')]
  const keys = alice.page.keyboard
  await keys.press('Control+k')
  await keys.type(bob.name)
  await alice.page.getByRole('option', { name: bob.name }).first().waitFor()
  await keys.press('Enter')
  await alice.page.locator('message-composer textarea').waitFor()
  await keys.type('by key')
  await keys.press('Shift+Enter')
  await keys.type('in two lines')
  await keys.press('Enter')
  await alice.message('by key').waitFor()
  await bob.row(alice.name).waitFor()
  await bob.openRoom(alice.name)
  await bob.message('by key').waitFor()
  await alice.page.locator('message-item').last().focus()
  await keys.press('Tab')
  await keys.press('Enter')
  await bob.message('by key').locator('.reactions button').waitFor()
  await alice.page.locator('message-item').last().focus()
  await keys.press('Escape')
  t.is(
    await alice.page.evaluate(() => {
      let active = document.activeElement
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
      return active?.tagName
    }),
    'TEXTAREA',
  )
  await leave(t, alice, bob)
})

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(root: Document, options: object): Promise<{ violations: Violation[] }> } }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags } })).violations
  })
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
}

for (const colorScheme of ['light', 'dark'] as const) {
  check(`axe finds nothing to complain of, ${colorScheme}`, async (t) => {
    t.timeout(waitMs)
    const { alice, bob } = await together(`Axe ${colorScheme}`, { colorScheme })
    const { page } = bob
    await alice.say(`Hello @${bob.name}, see https://example.org and \`code\``)
    await bob.message('Hello').waitFor()
    await bob.act('Hello', 'React with 👍')
    await bob.say('An answer')
    t.deepEqual(await violations(page), [], 'a room')
    await page.getByRole('button', { name: 'Details, 2 members' }).click()
    await page.locator('details-panel').getByText(alice.name).waitFor()
    t.deepEqual(await violations(page), [], 'its details')
    for (const [name, dialog] of [
      ['Create a channel or group', 'create-dialog'],
      ['Browse channels', 'browse-dialog'],
      ['Jump to…', 'switcher-dialog'],
    ] as const) {
      await page.getByRole('button', { name }).first().click()
      await page.locator(`${dialog} dialog`).waitFor()
      t.deepEqual(await violations(page), [], name)
      await page.keyboard.press('Escape')
    }
    await page.locator('.me').click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    t.deepEqual(await violations(page), [], 'settings')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New chat' }).click()
    t.deepEqual(await violations(page), [], 'a new chat')
    const guest = await newPerson(browser, server.url, 'guest', { colorScheme })
    for (const place of ['login', 'register', 'reset?token=x']) {
      await guest.page.goto(`${server.url}#/${place}`)
      await guest.page.locator('form').waitFor()
      t.deepEqual(await violations(guest.page), [], place)
    }
    await leave(t, alice, bob, guest)
  })
}

check('in the pseudo language every text on the page is marked', async (t) => {
  t.timeout(waitMs)
  const { alice, bob } = await together('Pseudo')
  await bob.page.evaluate(() => localStorage.setItem('hallway.locale', 'pseudo'))
  await bob.page.reload()
  await alice.say('Hello')
  await bob.message('Hello').waitFor()
  const unmarked = () =>
    bob.page.evaluate(() => {
      const found: string[] = []
      const attributes = ['aria-label', 'title', 'placeholder']
      const look = (node: Node) => {
        if (node instanceof Element) {
          if (
            node.getAttribute('translate') === 'no' ||
            ['STYLE', 'SCRIPT', 'NOSCRIPT', 'TIME', 'AVATAR-DISC', 'KBD'].includes(node.tagName)
          )
            return
          for (const name of attributes)
            if (/\p{L}/u.test(node.getAttribute(name)?.replace(/⟦.*?⟧/gsu, '') ?? '')) found.push(`${name}: ${node.getAttribute(name)}`)
          if (node.shadowRoot) for (const child of node.shadowRoot.childNodes) look(child)
        }
        if (node instanceof Text && /\p{L}/u.test((node.textContent ?? '').replace(/⟦.*?⟧/gsu, '')))
          found.push(node.textContent?.trim() ?? '')
        for (const child of node.childNodes) look(child)
      }
      look(document.body)
      return found
    })
  t.deepEqual(await unmarked(), [])
  await bob.page.locator('room-head .count').click()
  await bob.page.locator('details-panel').getByText(alice.name).first().waitFor()
  t.deepEqual(await unmarked(), [])
  await leave(t, alice, bob)
})
