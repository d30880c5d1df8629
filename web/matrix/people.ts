import { getProfile, putProfileField } from '../../spec/client/profile.ts'
import { searchUsers } from '../../spec/client/search.ts'
import type { Call } from './call.ts'
import { type ReadonlySignal, signal } from './changes.ts'
import type { Rooms } from './rooms.ts'
import { nameOf } from './timeline-items.ts'

/** Somebody to talk to. */
export interface Person {
  readonly userId: string
  readonly name: string
}

/** Finds people and holds the reader's own name. */
export interface People {
  readonly ownName: ReadonlySignal<string>
  /** The reader himself and the server's own account are left out. @throws CallError */
  find(term: string): Promise<Person[]>
  /** People of the rooms that are known, those met in most rooms first. */
  known(): Person[]
  /** @throws CallError */
  rename(name: string): Promise<void>
}

interface Needs {
  readonly call: Call
  readonly me: string
  readonly rooms: Pick<Rooms, 'all'>
}

const isPerson =
  (me: string) =>
  ({ userId }: Person) =>
    userId !== me && !userId.startsWith('@_')

/** Creates the finder and reads the own profile. */
export const createPeople = ({ call, me, rooms }: Needs): People => {
  const ownName = signal(nameOf(me, undefined))
  call(getProfile, { params: { userId: me } }).then(
    (profile) => {
      ownName.value = nameOf(me, profile.displayname)
    },
    () => undefined,
  )

  const known = () => {
    const met = new Map<string, { person: Person; times: number }>()
    for (const room of rooms.all.value.values()) {
      for (const member of room.members.value.values()) {
        if (member.membership !== 'join') continue
        const seen = met.get(member.userId) ?? { person: { userId: member.userId, name: room.nameOf(member.userId) }, times: 0 }
        met.set(member.userId, { ...seen, times: seen.times + 1 })
      }
    }
    return [...met.values()]
      .sort((a, b) => b.times - a.times)
      .map(({ person }) => person)
      .filter(isPerson(me))
  }

  return {
    ownName,
    known,
    find: async (term) => {
      if (term.trim() === '') return known().slice(0, 30)
      const { results } = await call(searchUsers, { body: { search_term: term.trim(), limit: 30 } })
      return results.map((found) => ({ userId: found.user_id, name: nameOf(found.user_id, found.display_name) })).filter(isPerson(me))
    },
    rename: async (name) => {
      await call(putProfileField, { params: { userId: me, keyName: 'displayname' }, body: { displayname: name } })
      ownName.value = nameOf(me, name)
    },
  }
}
