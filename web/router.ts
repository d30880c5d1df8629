import { type ReadonlySignal, signal } from './matrix/changes.ts'

/** The page's places. They stand behind the `#`, so that the server serves one page and sees no link's secret. */
export type Place =
  | { readonly name: 'home' }
  | { readonly name: 'login' }
  | { readonly name: 'register'; readonly token?: string }
  | { readonly name: 'reset'; readonly token: string }
  | { readonly name: 'new' }
  | { readonly name: 'room'; readonly roomId: string }

/** Shows where the reader is, and goes elsewhere. */
export interface Router {
  readonly place: ReadonlySignal<Place>
  go(place: Place, how?: { readonly replace?: boolean }): void
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The place that a hash names; what nobody knows is home. */
export const placeOf = (hash: string): Place => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2)
  const token = new URLSearchParams(query).get('token') ?? undefined
  const [, name = '', rest = ''] = path.split('/')
  if (name === 'login' || name === 'new') return { name }
  if (name === 'register') return { name, ...(token && { token }) }
  if (name === 'reset' && token) return { name, token }
  if (name === 'room' && decoded(rest).startsWith('!')) return { name, roomId: decoded(rest) }
  return { name: 'home' }
}

/** The hash of a place. */
export const hashOf = (place: Place): string => {
  if (place.name === 'home') return '#/'
  if (place.name === 'room') return `#/room/${encodeURIComponent(place.roomId)}`
  const query = 'token' in place && place.token ? `?token=${encodeURIComponent(place.token)}` : ''
  return `#/${place.name}${query}`
}

interface Needs {
  readonly location: Pick<Location, 'hash'>
  readonly history: Pick<History, 'pushState' | 'replaceState'>
  /** Calls back when the reader goes back, forth or types an address. */
  readonly onTravel: (travelled: () => void) => void
}

/** Creates the router. */
export const createRouter = ({ location, history, onTravel }: Needs): Router => {
  const place = signal<Place>(placeOf(location.hash))
  onTravel(() => {
    place.value = placeOf(location.hash)
  })
  return {
    place,
    go: (next, { replace = false } = {}) => {
      const hash = hashOf(next)
      if (hash === hashOf(place.value)) return
      if (replace) history.replaceState(null, '', hash)
      else history.pushState(null, '', hash)
      place.value = next
    },
  }
}
