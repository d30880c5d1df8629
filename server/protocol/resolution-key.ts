import { createHash } from 'node:crypto'
import type { RoomVersion } from './room-versions.ts'

/**
 * A name for a resolution by what goes into it, to keep its outcome under: the order of the states does not matter, nor that of
 * their events. 43 characters.
 * @param states of each state, the IDs of its events
 */
export const resolutionKey = (version: RoomVersion, states: readonly Iterable<string>[]): string => {
  const digests = new Set(states.map((state) => digestOf([...state].sort())))
  return digestOf([version.id, ...[...digests].sort()])
}

// With their lengths, texts cannot run into one another.
const digestOf = (texts: readonly string[]): string => {
  const digest = createHash('sha256')
  for (const text of texts) digest.update(`${text.length}|${text}`)
  return digest.digest('base64url')
}
