import { slidingSync } from '../spec/client/sliding-sync.ts'
import type { ResponseOf } from '../spec/endpoint.ts'
import type { Person } from './people.ts'
import { eventually } from './sync-until.ts'

type Slid = ResponseOf<typeof slidingSync>

/** A request for the twenty rooms with the latest activity; `more` changes the list. */
export const all = (more: object = {}) => ({ lists: { all: { ranges: [[0, 19]], timeline_limit: 5, required_state: [], ...more } } })

/** One response; from `pos` it waits at most `timeout` milliseconds. */
export const slide = (person: Person, body: object, pos?: string, timeout = 0): Promise<Slid> =>
  person.ok(slidingSync, { body, timeout, ...(pos === undefined ? {} : { pos }) })

/** Slides on until `seen` gives a value. @throws Unmet, saying `what`, when patience (milliseconds) is at its end */
export const slideUntil = async <T>(
  person: Person,
  body: object,
  from: string,
  patience: number,
  what: string,
  seen: (response: Slid) => T | undefined | false,
): Promise<T> => {
  let pos = from
  return eventually(patience, what, async () => {
    const response = await slide(person, body, pos, 1000)
    pos = response.pos
    return seen(response)
  })
}

/** The texts of messages. */
export const bodies = (events: readonly { readonly content: object }[] = []) =>
  events.map(({ content }) => (content as { body?: unknown }).body)
