import { ContextConsumer, createContext } from '@lit/context'
import { LitElement } from 'lit'
import type { Client } from '../matrix/client.ts'
import { effect } from '../matrix/changes.ts'
import type { Router } from '../router.ts'

/** What a confirmation asks, and what happens on yes. */
export interface Question {
  readonly text: string
  /** What the button that does it says. */
  readonly deed: string
  readonly yes: () => void
}

/** The logged-in client, for all elements below the application. */
export const clientContext = createContext<Client | undefined>('hallway-client')
/** The router, for all elements below the application. */
export const routerContext = createContext<Router>('hallway-router')

/** An element that renders anew whenever a signal that it has read while rendering changes. */
export class WatchingElement extends LitElement {
  #stop: (() => void) | undefined

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return
    this.#stop?.()
    let isFirstRun = true
    this.#stop = effect(() => {
      if (isFirstRun) {
        isFirstRun = false
        super.performUpdate()
      } else this.requestUpdate()
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop?.()
    this.#stop = undefined
  }
}

/** A watching element that belongs to the logged-in page. */
export class ChatElement extends WatchingElement {
  readonly #client = new ContextConsumer(this, { context: clientContext })
  readonly #router = new ContextConsumer(this, { context: routerContext })

  /** The client of the session. Only elements inside the logged-in page exist as chat elements. */
  protected get client(): Client {
    const client = this.#client.value
    if (!client) throw new Error('A chat element stands outside of the logged-in page.')
    return client
  }

  protected get router(): Router {
    const router = this.#router.value
    if (!router) throw new Error('A chat element stands outside of the application.')
    return router
  }

  /** Asks the reader first, in a dialog of the page. */
  protected confirm(question: Question): void {
    this.tell('confirm', question)
  }

  /** Tells the elements above; `name` bubbles through shadow roots. */
  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }))
  }
}
