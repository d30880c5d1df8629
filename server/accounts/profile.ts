import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { AccountStore } from '../storage/accounts.ts'
import type { Database } from '../storage/database.ts'
import type { Profile, ProfileStore } from '../storage/profiles.ts'
import { checkField, isClearing, isFieldName } from './profile-fields.ts'
import { localUserId } from './username.ts'

/** What rooms repeat of a profile. */
export interface RoomProfile {
  readonly displayname: string | undefined
  readonly avatar_url: string | undefined
}

/** The profiles of this server's users. client-server-api/#profiles */
export interface UserProfile {
  /** @throws M_NOT_FOUND when nobody here is so called, or their profile was erased */
  get(userId: UserId): Promise<Profile>
  /** One field alone. @throws M_NOT_FOUND when it is not set */
  getField(userId: UserId, field: string): Promise<Profile>
  /**
   * @throws M_FORBIDDEN for another user's, M_MISSING_PARAM when the body lacks the field, M_INVALID_PARAM for a bad name or
   * value, M_KEY_TOO_LARGE, M_PROFILE_TOO_LARGE when the whole would reach 64 KiB
   */
  setField(requester: UserId, userId: UserId, field: string, body: { readonly [field: string]: unknown }): Promise<void>
  /** Removing what is not set succeeds. @throws M_FORBIDDEN, M_INVALID_PARAM, M_KEY_TOO_LARGE */
  removeField(requester: UserId, userId: UserId, field: string): Promise<void>
  /** What member events of the user say, for whoever builds one. */
  roomProfile(userId: UserId): Promise<RoomProfile>
}

interface Needs {
  readonly serverName: string
  readonly database: Database
  readonly accounts: AccountStore
  readonly profiles: ProfileStore
  /** Brings the user's member events in joined rooms in line with the profile. */
  readonly propagateProfile: (userId: UserId, profile: RoomProfile) => Promise<void>
  /** Told of rooms that a change could not be brought to, which does not undo it. */
  readonly reportError: (error: unknown) => void
}

/** In bytes of JSON, which the whole profile stays below. */
const profileLimit = 65_536

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const forRooms = (profile: Profile): RoomProfile => ({ displayname: text(profile['displayname']), avatar_url: text(profile['avatar_url']) })
const notFound = () => new MatrixError('M_NOT_FOUND', 'There is no such user or profile field.')

const requireOwn = (requester: UserId, userId: UserId): void => {
  if (requester !== userId) throw new MatrixError('M_FORBIDDEN', 'You can change only your own profile.')
}

/**
 * Runs `work` for a user, one at a time: a call during a run asks for one more run after it, shared by all who call meanwhile.
 * Each run reads the profile as it then is, so the last one leaves rooms with the last change, however many there were.
 */
const createOneByOne = (work: (userId: UserId) => Promise<void>) => {
  const running = new Map<UserId, Promise<void>>()
  const waiting = new Map<UserId, Promise<void>>()
  const start = (userId: UserId): Promise<void> => {
    const run = work(userId).finally(() => {
      running.delete(userId)
    })
    running.set(userId, run)
    return run
  }
  return (userId: UserId): Promise<void> => {
    const present = running.get(userId)
    if (present === undefined) return start(userId)
    const next =
      waiting.get(userId) ??
      present.then(() => {
        waiting.delete(userId)
        return start(userId)
      })
    waiting.set(userId, next)
    return next
  }
}

export const createUserProfile = ({ serverName, database, accounts, profiles, propagateProfile, reportError }: Needs): UserProfile => {
  const propagate = createOneByOne(async (userId) => {
    try {
      await propagateProfile(userId, forRooms(await profiles.find(userId)))
    } catch (error) {
      reportError(error)
    }
  })
  const get = async (userId: UserId): Promise<Profile> => {
    const account = localUserId(userId, serverName) === userId ? await accounts.find(userId) : undefined
    if (account === undefined || account.erased) throw notFound()
    return profiles.find(userId)
  }
  /** Writes one field, `undefined` for none; tells whether anything changed. */
  const write = (userId: UserId, field: string, value: unknown): Promise<boolean> =>
    database.write(async (tx) => {
      if (value === undefined) {
        if (!(await profiles.remove(tx, userId, field))) return false
      } else {
        const before = await profiles.findIn(tx, userId)
        if (JSON.stringify(before[field]) === JSON.stringify(value)) return false
        if (Buffer.byteLength(JSON.stringify({ ...before, [field]: value })) >= profileLimit) {
          throw new MatrixError('M_PROFILE_TOO_LARGE', 'With this, your profile would reach 64 KiB; shorten or remove something.')
        }
        await profiles.set(tx, userId, field, value)
      }
      tx.announce({ kind: 'profile', pos: await tx.position(), userId })
      return true
    })
  const change = async (userId: UserId, field: string, value: unknown): Promise<void> => {
    const changed = await write(userId, field, value)
    if (changed && (field === 'displayname' || field === 'avatar_url')) await propagate(userId)
  }

  return {
    get,
    async getField(userId, field) {
      const profile = await get(userId)
      if (!isFieldName(field) || !Object.hasOwn(profile, field)) throw notFound()
      return { [field]: profile[field] }
    },
    async setField(requester, userId, field, body) {
      requireOwn(requester, userId)
      const value = checkField(field, body)
      await change(userId, field, isClearing(field, value) ? undefined : value)
    },
    async removeField(requester, userId, field) {
      requireOwn(requester, userId)
      checkField(field, undefined)
      await change(userId, field, undefined)
    },
    roomProfile: async (userId) => forRooms(await profiles.find(userId)),
  }
}
