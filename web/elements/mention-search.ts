import type { Person } from '../matrix/people.ts'

/** A mention that is being typed: from its `@` to the caret. */
export interface MentionQuery {
  readonly start: number
  readonly term: string
}

/** The mention at the caret, if one is being typed: an `@` at the start of a word, and at most three words after it. */
export const mentionAt = (text: string, caret: number): MentionQuery | undefined => {
  const match = /(?:^|[\s(])@([^\s@]*(?: [^\s@]+){0,2})$/.exec(text.slice(0, caret))
  if (!match) return undefined
  const term = match[1] ?? ''
  return { start: caret - term.length - 1, term }
}

/** People whose name or ID has a word that begins with the term, best first. */
export const matchPeople = (people: readonly Person[], term: string, limit = 8): Person[] => {
  const wanted = term.toLocaleLowerCase()
  const rank = ({ name, userId }: Person): number => {
    const lower = name.toLocaleLowerCase()
    if (lower.startsWith(wanted)) return 0
    if (lower.split(/\s+/).some((word) => word.startsWith(wanted))) return 1
    return userId.slice(1).startsWith(wanted) ? 2 : 3
  }
  return people
    .map((person) => ({ person, at: rank(person) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at)
    .slice(0, limit)
    .map(({ person }) => person)
}
