import * as registerBySecret from './admin/register.ts'
import * as roomExplanation from './admin/room-explanation.ts'
import * as registrationTokens from './admin/registration-tokens.ts'
import * as account from './client/account.ts'
import * as accountData from './client/account-data.ts'
import * as devices from './client/devices.ts'
import * as directory from './client/directory.ts'
import * as discovery from './client/discovery.ts'
import * as ephemeral from './client/ephemeral.ts'
import * as login from './client/login.ts'
import * as membership from './client/membership.ts'
import * as profile from './client/profile.ts'
import * as push from './client/push.ts'
import * as registration from './client/registration.ts'
import * as roomSend from './client/room-send.ts'
import * as roomState from './client/room-state.ts'
import * as rooms from './client/rooms.ts'
import * as search from './client/search.ts'
import * as slidingSync from './client/sliding-sync.ts'
import * as sync from './client/sync.ts'
import * as timeline from './client/timeline.ts'
import type { Endpoint } from './endpoint.ts'
import * as directMessages from './extensions/direct-messages.ts'
import * as passwordReset from './extensions/password-reset.ts'
import * as presetRooms from './extensions/rooms.ts'
import * as federationVersion from './federation/version.ts'

type EndpointsOf<M> = { [Name in keyof M as M[Name] extends Endpoint ? Name : never]: M[Name] }

/** The endpoints among the exports of a topic; schemas and constants stay behind. */
const endpointsOf = <M extends object>(topic: M): EndpointsOf<M> =>
  Object.fromEntries(
    Object.entries(topic).filter(([, value]) => typeof value === 'object' && value !== null && 'method' in value && 'path' in value),
  ) as EndpointsOf<M>

/** Every endpoint, once: topic → name → endpoint. A topic is one file, and its key is the stem of the file's path. */
export const table = {
  'client/discovery': endpointsOf(discovery),
  'client/registration': endpointsOf(registration),
  'client/login': endpointsOf(login),
  'client/account': endpointsOf(account),
  'client/devices': endpointsOf(devices),
  'client/profile': endpointsOf(profile),
  'client/account-data': endpointsOf(accountData),
  'client/push': endpointsOf(push),
  'client/sync': endpointsOf(sync),
  'client/sliding-sync': endpointsOf(slidingSync),
  'client/rooms': endpointsOf(rooms),
  'client/membership': endpointsOf(membership),
  'client/room-state': endpointsOf(roomState),
  'client/room-send': endpointsOf(roomSend),
  'client/timeline': endpointsOf(timeline),
  'client/ephemeral': endpointsOf(ephemeral),
  'client/directory': endpointsOf(directory),
  'client/search': endpointsOf(search),
  'federation/version': endpointsOf(federationVersion),
  'extensions/rooms': endpointsOf(presetRooms),
  'extensions/direct-messages': endpointsOf(directMessages),
  'extensions/password-reset': endpointsOf(passwordReset),
  'admin/registration-tokens': endpointsOf(registrationTokens),
  'admin/register': endpointsOf(registerBySecret),
  'admin/room-explanation': endpointsOf(roomExplanation),
}

export interface TableEntry {
  /** The stem of the file that declares it, such as `client/login`. */
  readonly topic: string
  /** The name under which the file exports it. */
  readonly name: string
  readonly endpoint: Endpoint
}

/** The table as a list, in its order. */
export const endpoints: readonly TableEntry[] = Object.entries(table).flatMap(([topic, byName]) =>
  Object.entries(byName as Record<string, Endpoint>).map(([name, endpoint]) => ({ topic, name, endpoint })),
)
