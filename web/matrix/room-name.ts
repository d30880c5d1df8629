import { functionalMembers, givenName, type Member, type StateMap } from './room-state.ts'
import { nameOf } from './timeline-items.ts'

/** Whom the server would name a room after. */
export type Heroes = readonly { readonly user_id: string; readonly displayname?: string }[]

interface Naming {
  readonly state: StateMap
  readonly members: ReadonlyMap<string, Member>
  readonly heroes: Heroes
  /** What the server calls the room. */
  readonly served: string | undefined
  readonly me: string
  readonly knownName: (userId: string) => string | undefined
}

const mostNames = 5

const personNames = ({ state, members, heroes, me, knownName }: Naming): string[] => {
  const functional = functionalMembers(state)
  const isOther = (userId: string) => userId !== me && !functional.has(userId)
  const named = heroes.filter((hero) => isOther(hero.user_id))
  if (named.length > 0) return named.map((hero) => nameOf(hero.user_id, hero.displayname ?? members.get(hero.user_id)?.name))
  const present = [...members.values()].filter(({ userId, membership }) => isOther(userId) && ['join', 'invite'].includes(membership))
  return present.slice(0, mostNames).map((member) => nameOf(member.userId, member.name ?? knownName(member.userId)))
}

/** What the room is called: its own name, what the server calls it, or the people in it. Empty if there is nobody. */
export const roomNameOf = (naming: Naming): string => givenName(naming.state) ?? naming.served ?? personNames(naming).join(', ')
