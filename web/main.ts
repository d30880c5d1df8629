import './elements/hallway-app.ts'
import type { Surroundings } from './matrix/client.ts'
import { openKept } from './matrix/kept.ts'
import type { OutboxChange } from './matrix/send-queue.ts'
import { createSessionKeeper } from './matrix/session.ts'
import { createSignIn } from './matrix/sign-in.ts'
import { createRouter } from './router.ts'
import { setLocale } from './strings/msg.ts'
import type { HallwayApp } from './elements/hallway-app.ts'

if (localStorage.getItem('hallway.locale') === 'pseudo') setLocale('pseudo')

const baseUrl = location.origin

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })

/** A name for the list of devices. */
const deviceName = (): string => {
  const browser = /(Firefox|Edg|Chrome|Safari)\//.exec(navigator.userAgent)?.[1] ?? 'browser'
  return `Hallway (${browser === 'Edg' ? 'Edge' : browser})`
}

const surroundingsOf = async (userId: string): Promise<Surroundings> => {
  const channel = new BroadcastChannel(`hallway outbox ${userId}`)
  return {
    baseUrl,
    kept: await openKept(userId),
    WebSocket,
    now: () => Date.now(),
    newId: () => `hw${crypto.getRandomValues(new BigUint64Array(2)).join('')}`,
    pause,
    // The lock falls to another tab when this one closes or logs out.
    lead: (work) => {
      const always = new AbortController().signal
      if (navigator.locks) void navigator.locks.request(`hallway outbox ${userId}`, () => work(always))
      else void work(always)
    },
    channel: {
      post: (change) => channel.postMessage(change),
      listen: (onChange) => channel.addEventListener('message', ({ data }) => onChange(data as OutboxChange)),
      close: () => channel.close(),
    },
  }
}

const session = createSessionKeeper({
  storage: localStorage,
  fetch: (input, init) => fetch(input, init),
  baseUrl,
  now: () => Date.now(),
  alone: (work) => (navigator.locks ? (navigator.locks.request('hallway session', work) as ReturnType<typeof work>) : work()),
  onStorage: (changed) => addEventListener('storage', ({ key }) => (key === null || key === 'hallway.session' ? changed() : undefined)),
})

const router = createRouter({
  location,
  history,
  onTravel: (travelled) => {
    addEventListener('popstate', travelled)
    addEventListener('hashchange', travelled)
  },
})

const app = document.querySelector<HallwayApp>('hallway-app')
app?.begin({ session, router, signIn: createSignIn({ session, deviceName }), surroundingsOf })
