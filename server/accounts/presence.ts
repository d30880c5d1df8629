import type { UserId } from '../../spec/identifiers.ts'

export type PresenceState = 'online' | 'unavailable' | 'offline'

/** How somebody is, as clients see it. client-server-api/#mpresence */
export interface PresenceStatus {
  readonly presence: PresenceState
  /** Milliseconds since they last did something; absent for who has done nothing since the server started. */
  readonly last_active_ago?: number
  readonly status_msg?: string
  readonly currently_active?: boolean
}

/** Who is there. It lives in memory alone: after a restart everybody is offline until they sync. client-server-api/#presence */
export interface Presence {
  /** What somebody says of themselves; without a message, the message is taken away. */
  set(userId: UserId, presence: PresenceState, message: string | undefined): void
  /** Somebody syncs, and says how they are by it; to be called at least once a minute while they do. */
  touch(userId: UserId, presence: PresenceState): void
  /** Somebody has done something, such as sending a message. */
  act(userId: UserId): void
  of(userId: UserId): PresenceStatus
  /** The number of the last change. */
  counter(): number
  /** Who has changed since a counter, the latest first; for one of long ago, everybody who is there or has said something. */
  changedSince(counter: number): readonly UserId[]
  /** Tells who has changed, some milliseconds after the first of several changes. */
  subscribe(listener: (userIds: readonly UserId[]) => void): void
  stop(): void
}

interface Needs {
  now: () => number
  /** False: nobody is ever seen. */
  enabled: boolean
}

interface Person {
  presence: PresenceState
  message: string | undefined
  lastActive: number
  lastSeen: number
  /** Away by their own word, or for having done nothing: syncing alone does not bring them back. */
  away: boolean
  /** Whether they were told to be active now. */
  active: boolean
}

// Milliseconds.
const idleAfter = 5 * 60_000
const offlineAfter = 90_000
const activeFor = 60_000
const sweepEvery = 10_000
const gatherFor = 100

/** Changes that are remembered one by one. */
const logLength = 5000
/** People kept in memory, offline ones among them. */
const peopleKept = 50_000

export function createPresence({ now, enabled }: Needs): Presence {
  const people = new Map<UserId, Person>()
  const listeners: ((userIds: readonly UserId[]) => void)[] = []
  let log: UserId[] = []
  let counter = 0
  let gathered = new Set<UserId>()
  let gathering: NodeJS.Timeout | undefined
  let sweeping: NodeJS.Timeout | undefined

  const tell = (): void => {
    gathering = undefined
    const told = [...gathered]
    gathered = new Set()
    for (const listener of listeners) listener(told)
  }
  const changed = (userId: UserId): void => {
    counter += 1
    log.push(userId)
    if (log.length > 2 * logLength) log = log.slice(-logLength)
    gathered.add(userId)
    gathering ??= setTimeout(tell, gatherFor).unref()
  }

  const dropOldest = (): void => {
    for (const [userId, { presence }] of people)
      if (presence === 'offline') {
        people.delete(userId)
        return
      }
  }
  const personOf = (userId: UserId): Person => {
    let person = people.get(userId)
    if (person === undefined) {
      if (people.size >= peopleKept) dropOldest()
      people.set(userId, (person = { presence: 'offline', message: undefined, lastActive: 0, lastSeen: 0, away: false, active: false }))
    }
    return person
  }

  /** Changes somebody, and tells so if it can be seen. */
  const alter = (userId: UserId, change: (person: Person, time: number) => void): void => {
    if (!enabled) return
    const person = personOf(userId)
    const { presence, message, active } = person
    const time = now()
    change(person, time)
    person.active = person.presence === 'online' && time - person.lastActive < activeFor
    if (presence !== person.presence || message !== person.message || active !== person.active) changed(userId)
    if (person.presence !== 'offline') sweeping ??= setTimeout(sweep, sweepEvery).unref()
  }

  const sweep = (): void => {
    sweeping = undefined
    for (const [userId, { presence }] of people) if (presence !== 'offline') alter(userId, age)
  }
  const age = (person: Person, time: number): void => {
    if (time - person.lastSeen >= offlineAfter) person.presence = 'offline'
    else if (person.presence === 'online' && time - person.lastActive >= idleAfter)
      Object.assign(person, { presence: 'unavailable', away: true })
  }

  return {
    set: (userId, presence, message) =>
      alter(userId, (person, time) => {
        Object.assign(person, { presence, message, lastSeen: time, away: presence === 'unavailable' })
        if (presence === 'online') person.lastActive = time
      }),
    touch: (userId, presence) => {
      if (presence !== 'offline')
        alter(userId, (person, time) => {
          person.lastSeen = time
          if (presence === 'unavailable' && person.presence !== 'unavailable') Object.assign(person, { presence, away: false })
          else if (presence === 'online' && (person.presence === 'offline' || (person.presence === 'unavailable' && !person.away))) {
            Object.assign(person, { presence, lastActive: time })
          }
        })
    },
    act: (userId) =>
      alter(userId, (person, time) => Object.assign(person, { presence: 'online', away: false, lastActive: time, lastSeen: time })),
    of: (userId) => {
      const person = people.get(userId)
      if (person === undefined) return { presence: 'offline' }
      const { presence, message, lastActive, active } = person
      return {
        presence,
        ...(lastActive > 0 && { last_active_ago: Math.max(0, now() - lastActive) }),
        ...(message !== undefined && { status_msg: message }),
        ...(presence === 'online' && { currently_active: active }),
      }
    },
    counter: () => counter,
    changedSince: (since) => {
      const count = counter - since
      if (count <= 0) return []
      if (since > 0 && count <= log.length) return [...new Set(log.slice(-count).reverse())]
      return [...people].filter(([, { presence, message }]) => presence !== 'offline' || message !== undefined).map(([userId]) => userId)
    },
    subscribe: (listener) => {
      listeners.push(listener)
    },
    stop: () => {
      clearTimeout(gathering)
      clearTimeout(sweeping)
    },
  }
}
