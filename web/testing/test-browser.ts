import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'

/** A person with a browser of his own, and what he does there. */
export interface Person {
  readonly page: Page
  readonly name: string
  /** Errors that the page has thrown. */
  readonly errors: string[]
  /** Makes the account by the sign-up page, or by an invitation link. */
  signUp(link?: string): Promise<void>
  logIn(): Promise<void>
  /** Writes and sends, by keys. */
  say(text: string): Promise<void>
  /** The message with the text. */
  message(text: string): Locator
  /** The room's row in the list. */
  row(name: string): Locator
  /** Presses one of the actions of a message. */
  act(text: string, action: string): Promise<void>
  create(name: string, people: readonly Person[]): Promise<void>
  openRoom(name: string): Promise<void>
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the browser without a window. */
export const startBrowser = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, headless: true, args })

export const password = 'a long enough password'

/** Gives a person with a browser context of his own at the page. */
export const newPerson = async (browser: Browser, url: string, name: string, options: BrowserContextOptions = {}): Promise<Person> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(`${error.stack}`))
  const message = (text: string) => page.locator('message-item').filter({ hasText: text })
  const row = (room: string) => page.locator('room-row').filter({ hasText: room })
  return {
    page,
    name,
    errors,
    message,
    row,
    logIn: async () => {
      if (!page.url().endsWith('#/login')) await page.goto(`${url}#/login`)
      await page.getByLabel('Username').fill(name)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.locator('chat-shell').waitFor()
    },
    signUp: async (link = `${url}#/register`) => {
      await page.goto(link)
      await page.getByLabel('Username').fill(name)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.locator('chat-shell').waitFor()
    },
    say: async (text) => {
      const area = page.locator('message-composer textarea')
      await area.fill(text)
      await area.press('Enter')
    },
    act: async (text, action) => {
      await message(text).last().focus()
      await message(text).last().getByRole('button', { name: action, exact: true }).click()
    },
    create: async (room, people) => {
      await page.getByRole('button', { name: 'Create a channel or group' }).click()
      const dialog = page.locator('create-dialog')
      await dialog.getByText('Private channel').click()
      await dialog.getByLabel('Name').fill(room)
      for (const person of people) {
        await dialog.getByRole('combobox').fill(person.name)
        await dialog.getByRole('option', { name: person.name }).first().click()
      }
      await dialog.getByRole('button', { name: 'Create', exact: true }).click()
      await page.locator('message-composer').waitFor()
    },
    openRoom: async (room) => {
      await row(room).click()
      const accept = page.getByRole('button', { name: 'Accept' })
      const composer = page.locator('message-composer textarea')
      await accept.or(composer).first().waitFor()
      // A server without automatic joins leaves an invitation to be accepted.
      if (await accept.isVisible()) await accept.click({ timeout: 2_000 }).catch(() => undefined)
      await composer.waitFor()
    },
  }
}
