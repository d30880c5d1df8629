import { ContextProvider } from '@lit/context'
import { css, html, nothing, type TemplateResult } from 'lit'
import { type Client, startClient, type Surroundings } from '../matrix/client.ts'
import { effect } from '../matrix/changes.ts'
import { isUnread } from '../matrix/room-list.ts'
import type { Session, SessionKeeper } from '../matrix/session.ts'
import type { SignIn } from '../matrix/sign-in.ts'
import { msg } from '../strings/msg.ts'
import type { Router } from '../router.ts'
import { clientContext, routerContext, WatchingElement } from './chat-element.ts'
import './chat-shell.ts'
import './login-page.ts'
import './register-page.ts'
import './reset-page.ts'

/** What the page is begun with. */
export interface Beginning {
  readonly session: SessionKeeper
  readonly router: Router
  readonly signIn: SignIn
  /** What a client of that user lives on. */
  readonly surroundingsOf: (userId: string) => Promise<Surroundings>
}

/** The whole page: the way in, or the chat of the one who is logged in. */
export class HallwayApp extends WatchingElement {
  static override properties = { client: { state: true } }
  static override styles =
    css`:host { display: block; height: 100dvh; } chat-shell, login-page, register-page, reset-page { height: 100%; }`
  declare client: Client | undefined
  #beginning: Beginning | undefined
  #user: string | undefined
  #stopShowing = () => {}
  readonly #clients = new ContextProvider(this, { context: clientContext })
  readonly #routers = new ContextProvider(this, { context: routerContext })

  /** Begins to follow the session and the address. Once. */
  begin(beginning: Beginning): void {
    this.#beginning = beginning
    this.#routers.setValue(beginning.router)
    effect(() => void this.#follow(beginning.session.current.value))
    effect(() => this.#guard())
    addEventListener('online', () => this.client?.wake())
    document.addEventListener('visibilitychange', () => (document.hidden ? undefined : this.client?.wake()))
    this.requestUpdate()
  }

  async #follow(session: Session | undefined): Promise<void> {
    if (session?.userId === this.#user) return
    this.#user = session?.userId
    this.client?.stop()
    this.#useClient(undefined)
    if (!session || !this.#beginning) return
    const surroundings = await this.#beginning.surroundingsOf(session.userId)
    if (this.#user === session.userId) this.#useClient(startClient(this.#beginning.session, session.userId, surroundings))
  }

  #useClient(client: Client | undefined): void {
    this.#clients.setValue(client)
    this.client = client
    this.#stopShowing()
    this.#stopShowing = effect(() => this.#showOutside())
  }

  /** Sends people to the page that fits: into the chat, or to the login. */
  #guard(): void {
    if (!this.#beginning) return
    const { session, router } = this.#beginning
    const { name } = router.place.value
    const isOutside = name === 'login' || name === 'register' || name === 'reset'
    if (session.current.value && isOutside && name !== 'reset') router.go({ name: 'home' }, { replace: true })
    else if (!session.current.value && !isOutside) router.go({ name: 'login' }, { replace: true })
  }

  /** What the browser shows around the page: the title with the unread, and the theme. */
  #showOutside(): void {
    const { client } = this
    const theme = client?.preferences.current.value.theme ?? 'system'
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    const rooms = client ? [...client.rooms.all.value.values()] : []
    const mentions = rooms.reduce((sum, room) => sum + room.unread.current.value.mentions, 0)
    const mark = mentions > 0 ? `(${mentions}) ` : rooms.some((room) => isUnread({ unread: room.unread.current.value })) ? '• ' : ''
    const open = client?.openRoom.value
    const name = open === undefined ? undefined : client?.rooms.get(open)?.name.value
    document.title = `${mark}${name ? `${name} – ` : ''}${msg('app.name')}`
  }

  readonly #logOut = async () => {
    const kept = this.client
    await this.#beginning?.signIn.logOut()
    for (const entry of kept?.queue.entries.value ?? []) await kept?.queue.discard(entry.id)
    await kept?.drafts.clear()
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client } = this
    if (!this.#beginning) return nothing
    const { router, signIn, session } = this.#beginning
    const place = router.place.value
    if (place.name === 'reset') return html`<reset-page .signIn=${signIn} .token=${place.token}></reset-page>`
    if (session.current.value) {
      return client ? html`<chat-shell .signIn=${signIn} @log-out=${this.#logOut}></chat-shell>` : html``
    }
    if (place.name === 'register') return html`<register-page .signIn=${signIn} .token=${place.token}></register-page>`
    return html`<login-page .signIn=${signIn}></login-page>`
  }
}

customElements.define('hallway-app', HallwayApp)
