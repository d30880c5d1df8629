import { createHmac } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { newPerson, password, type Person, startBrowser } from './test-browser.ts'
import { noServerBecause, type PageServer, startPageServer } from './test-page-server.ts'

/** `npm test` looks for it. */
const chromium = process.env['HALLWAY_TEST_CHROMIUM']
const absent = chromium === undefined ? 'HALLWAY_TEST_CHROMIUM does not name a Chromium' : noServerBecause()
if (absent !== undefined) console.log(`skipped: the page in Chromium, because ${absent}`)

/** A test in the browser, one after the other; skipped with the reason where there is no browser or no server. */
export const check = absent === undefined ? test.serial : test.serial.skip

/** How long one test may take. Milliseconds. */
export const waitMs = 90_000

const held: { server?: PageServer; browser?: Browser } = {}
const run = `${Date.now().toString(36)}${process.pid % 1000}`
let people = 0

test.before(async (t) => {
  t.timeout(waitMs)
  if (absent !== undefined) return
  held.server = await startPageServer()
  held.browser = await startBrowser(chromium ?? '')
})

test.after.always(async () => {
  await held.browser?.close()
  await held.server?.stop()
})

/** Where the page is, with a slash at the end. */
export const pageUrl = (): string => held.server?.url ?? ''

/** Somebody at the page who has no account yet. */
export const stranger = async (name: string, options: BrowserContextOptions = {}, url = pageUrl()): Promise<Person> => {
  if (!held.browser) throw new Error('The browser has not started.')
  people += 1
  return newPerson(held.browser, url, `${name}-${run}-${people}`, options)
}

/** Somebody who has just signed up. */
export const newcomer = async (name: string, options: BrowserContextOptions = {}): Promise<Person> => {
  const person = await stranger(name, options)
  await person.signUp()
  return person
}

/** An administrator of the server, made by the shared secret that the server under test has. */
export const administrator = async (url: string): Promise<Person> => {
  const person = await stranger('admin', {}, url)
  const path = `${url}_synapse/admin/v1/register`
  const { nonce } = (await (await fetch(path)).json()) as { nonce: string }
  const mac = createHmac('sha1', 'complement').update([nonce, person.name, password, 'admin'].join('\0')).digest('hex')
  const body = JSON.stringify({ nonce, username: person.name, password, admin: true, mac, inhibit_login: true })
  const { ok, status } = await fetch(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  if (!ok) throw new Error(`The administrator could not be made: status ${status}.`)
  await person.logIn()
  return person
}

/** A private channel with two people in it, both looking at it. */
export const together = async (room: string, options: BrowserContextOptions = {}): Promise<{ alice: Person; bob: Person }> => {
  const [alice, bob] = [await newcomer('alice'), await newcomer('bob', options)]
  await alice.create(room, [bob])
  await bob.openRoom(room)
  return { alice, bob }
}

/** Ends the persons' browsers; fails if a page has thrown an error. */
export const leave = async (t: ExecutionContext, ...persons: Person[]): Promise<void> => {
  for (const { page, errors } of persons) {
    t.deepEqual(errors, [])
    await page.context().close()
  }
}
