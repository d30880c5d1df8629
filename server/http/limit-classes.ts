import type { Endpoint } from '../../spec/endpoint.ts'
import type { LimitClass } from './rate-limit.ts'

/** Which rate an endpoint falls under, by the end of its path; all spellings of an endpoint share it. */
const classes: readonly (readonly [method: Endpoint['method'], path: RegExp, limitClass: LimitClass])[] = [
  ['POST', /\/login$/, 'rc_login.address'],
  ['POST', /\/password\/reset$/, 'rc_login.address'],
  ['POST', /\/register$/, 'rc_registration'],
  ['GET', /registration_token\/validity$/, 'rc_registration_token_validity'],
  ['POST', /\/(join|knock)(\/:\w+)?$/, 'rc_joins'],
  ['POST', /\/invite$/, 'rc_invites'],
  ['POST', /\/(createRoom|chat\.hallway\/rooms|dm\/open)$/, 'rc_room_creation'],
  ['POST', /\/user_directory\/search$/, 'rc_user_directory'],
  ['PUT', /\/rooms\/:\w+\/(send|state|redact)\//, 'rc_message'],
]

/** The rate an endpoint falls under; `undefined`: it is not limited. */
export const limitClassOf = ({ method, path, rateLimited }: Endpoint): LimitClass | undefined => {
  if (!rateLimited) return undefined
  return classes.find(([of, pattern]) => of === method && pattern.test(path))?.[2] ?? 'rc_other'
}
