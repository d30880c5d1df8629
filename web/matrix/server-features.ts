import { getCapabilities, getVersions } from '../../spec/client/discovery.ts'
import type { Call } from './call.ts'
import { objectOf, textOf, textsOf } from './event.ts'

/** What the server can do beyond Matrix. */
export interface ServerFeatures {
  /** The extensions under `chat.hallway`: presets, conversations, the live socket. */
  readonly hallway: boolean
  readonly quickReactions: readonly string[]
  /** Presets that this user may make rooms from; all where the server does not say. */
  readonly presets: readonly string[] | undefined
  /** The version of new rooms, where the server says it. */
  readonly roomVersion: string | undefined
}

const usualReactions = ['👍', '❤️', '😂', '🎉', '👀', '✅']

/** Asks the server. @throws CallError when it cannot be reached */
export const readServerFeatures = async (call: Call): Promise<ServerFeatures> => {
  const [versions, answer] = await Promise.all([
    call(getVersions, { anonymous: true }),
    call(getCapabilities).catch(() => ({ capabilities: {} })),
  ])
  const features: { readonly [name: string]: boolean } = versions.unstable_features ?? {}
  const keys = textsOf(objectOf(answer.capabilities, 'chat.hallway.quick_reactions'), 'keys')
  const available = textsOf(objectOf(answer.capabilities, 'chat.hallway.presets'), 'available')
  return {
    hallway: features['chat.hallway'] === true,
    quickReactions: keys.length > 0 ? keys : usualReactions,
    presets: available.length > 0 ? available : undefined,
    roomVersion: textOf(objectOf(answer.capabilities, 'm.room_versions'), 'default'),
  }
}
