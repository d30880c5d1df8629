import type { UserId } from '../../spec/identifiers.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import type { Streams } from '../storage/streams.ts'
import type { Person, UserSearchStore } from '../storage/user-search.ts'

/**
 * Finds people by the beginnings of the words of their name or ID, whatever case and accents, the best match first; `limited`:
 * there are more. client-server-api/#user-directory
 */
export type SearchUsers = (
  requester: UserId,
  term: string,
  limit: number,
) => Promise<{ readonly people: readonly Person[]; readonly limited: boolean }>

interface Needs {
  store: UserSearchStore
  identifiers: Identifiers
  streams: Streams
  /** Whether everybody finds everybody, rather than those whom they share a room with or could meet in a public one. */
  searchAllUsers: boolean
}

/** A person with what a search looks at, folded. */
interface Entry {
  readonly person: Person
  readonly name: string
  readonly localpart: string
  readonly words: readonly string[]
}

const most = 50
const looksAtOnce = 200
const notInWord = /[^\p{L}\p{M}\p{N}]+/u

/** Text without case and accents. Both turns of the case, since that of some letters is two: ß. */
export const foldName = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toUpperCase()
    .toLowerCase()

const entryOf = (person: Person): Entry => {
  const name = foldName(person.displayName ?? '')
  const localpart = foldName(person.userId.slice(1, person.userId.indexOf(':')))
  return {
    person,
    name,
    localpart,
    // Words with what joins them too: who looks for Jean-Luc writes the hyphen, or does not.
    words: [...name.split(notInWord), ...name.split(/\s+/), ...localpart.split(notInWord), localpart, foldName(person.userId)].filter(
      (word) => word !== '',
    ),
  }
}

/** The smaller, the better; `undefined`: no match. */
const rank = ({ name, localpart, words }: Entry, whole: string, parts: readonly string[]): number | undefined => {
  if (!parts.every((part) => words.some((word) => word.startsWith(part)))) return undefined
  if (name === whole || localpart === whole) return 0
  return name.startsWith(whole) || localpart.startsWith(whole) ? 1 : 2
}

export function createSearchUsers({ store, identifiers, streams, searchAllUsers }: Needs): SearchUsers {
  let index: { readonly version: string; readonly entries: Promise<readonly Entry[]> } | undefined
  streams.subscribe(({ kind }) => {
    if (kind === 'profile') index = undefined
  })

  const entries = async (): Promise<readonly Entry[]> => {
    const version = await store.version()
    if (index?.version === version) return index.entries
    const reading = { version, entries: store.people().then((people) => people.map(entryOf)) }
    index = reading
    reading.entries.catch(() => {
      if (index === reading) index = undefined
    })
    return reading.entries
  }

  const visible = async (requester: UserId, found: readonly Person[], wanted: number): Promise<Person[]> => {
    if (searchAllUsers) return found.slice(0, wanted)
    const [userNid, joinRulesNid] = [await identifiers.user(requester), await identifiers.stateKey('m.room.join_rules', '')]
    const seen: Person[] = []
    for (let i = 0; i < found.length && seen.length < wanted; i += looksAtOnce) {
      const some = found.slice(i, i + looksAtOnce)
      const meetable = await store.meetable(
        userNid,
        joinRulesNid,
        some.map(({ userId }) => userId),
      )
      seen.push(...some.filter(({ userId }) => userId === requester || meetable.has(userId)))
    }
    return seen.slice(0, wanted)
  }

  return async (requester, term, limit) => {
    const whole = foldName(term.trim())
    const parts = whole.split(/\s+/).filter((part) => part !== '')
    const ranked = (await entries()).flatMap((entry) => {
      const place = rank(entry, whole, parts)
      return place === undefined ? [] : [{ ...entry, place }]
    })
    // By code unit, so that the order is the same everywhere.
    ranked.sort((a, b) => a.place - b.place || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.person.userId < b.person.userId ? -1 : 1))
    const shown = Math.min(limit, most)
    const found = await visible(
      requester,
      ranked.map(({ person }) => person),
      shown + 1,
    )
    return { people: found.slice(0, shown), limited: found.length > shown }
  }
}
