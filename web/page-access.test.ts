import { violations } from './testing/test-axe.ts'
import { check, leave, newcomer, pageUrl, stranger, together, waitMs } from './testing/test-page.ts'

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
  t.is((await bob.page.locator('details-panel').boundingBox())?.width, 390)
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

check('Enter goes to the person whose name was typed, however slow the answer to its last letters is', async (t) => {
  t.timeout(waitMs)
  const [alice, bob, other] = [await newcomer('alice'), await newcomer('bob'), await newcomer('bob')]
  const shared = bob.name.slice(0, -1)
  await alice.page.route('**/user_directory/search', async (route) => {
    if (route.request().postDataJSON().search_term !== shared) await new Promise((resolve) => setTimeout(resolve, 500))
    await route.continue()
  })
  const { keyboard } = alice.page
  await keyboard.press('Control+k')
  await keyboard.type(shared)
  await alice.page.locator('switcher-dialog').getByRole('option', { name: shared }).first().waitFor()
  await keyboard.type(other.name.slice(shared.length))
  await keyboard.press('Enter')
  await alice.page.locator('room-head').getByText(other.name).waitFor()
  await alice.page.getByRole('button', { name: 'New chat' }).click()
  await alice.page.locator('people-picker input:focus').waitFor()
  await keyboard.type(shared)
  await alice.page.locator('people-picker').getByRole('option', { name: shared }).first().waitFor()
  await keyboard.type(other.name.slice(shared.length))
  await keyboard.press('Enter')
  await alice.page.locator('people-picker .chip').getByText(other.name).waitFor()
  t.false(await alice.row(bob.name).isVisible())
  t.true(await alice.row(other.name).isVisible())
  await leave(t, alice, bob, other)
})

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
    const guest = await stranger('guest', { colorScheme })
    for (const place of ['login', 'register', 'reset?token=x']) {
      await guest.page.goto(`${pageUrl()}#/${place}`)
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
