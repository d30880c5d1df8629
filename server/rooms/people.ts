import type { UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { serverNameOf } from '../protocol/identifiers.ts'
import { ownString } from '../protocol/json-values.ts'
import type { AccountStore } from '../storage/accounts.ts'
import { createLogCache } from '../storage/log-cache.ts'
import type { ProfileStore } from '../storage/profiles.ts'
import type { Streams } from '../storage/streams.ts'

/** The keys of a profile that member events repeat. */
export type MemberProfile = {
  readonly displayname?: string
  readonly avatar_url?: string
}

/** What rooms ask about people. */
export interface People {
  isLocal(userId: string): boolean
  memberProfile(userId: UserId): Promise<MemberProfile>
  /**
   * Passes when somebody may be brought into a room.
   * @throws M_NOT_FOUND for somebody who has no account here, M_FORBIDDEN when it is deactivated, M_INVITE_BLOCKED when they want no invites
   */
  requireInvitable(userId: UserId): Promise<void>
}

interface Needs {
  serverName: string
  accounts: Pick<AccountStore, 'find'>
  profiles: Pick<ProfileStore, 'find'>
  streams: Pick<Streams, 'subscribe'>
  /** An entry of a user's account data, outside any room. */
  accountDataOf: (userId: UserId, type: string) => Promise<JsonObject | undefined>
  /** The server's own user, which has no account, and what it is called. */
  systemUser: { readonly userId: UserId; readonly displayName: string }
}

/** Users whose profile is kept in memory. */
const capacity = 20_000

export function createPeople({ serverName, accounts, profiles, streams, accountDataOf, systemUser }: Needs): People {
  const memberProfiles = createLogCache<UserId, MemberProfile>({
    streams,
    capacity,
    load: async (userId) => {
      const profile = await profiles.find(userId)
      const displayname = ownString(profile, 'displayname')
      const avatar = ownString(profile, 'avatar_url')
      return { ...(displayname !== undefined && { displayname }), ...(avatar !== undefined && { avatar_url: avatar }) }
    },
    changed: (entry) => (entry.kind === 'profile' ? entry.userId : undefined),
  })
  const isLocal = (userId: string): boolean => serverNameOf(userId) === serverName
  return {
    isLocal,
    memberProfile: async (userId) => (userId === systemUser.userId ? { displayname: systemUser.displayName } : memberProfiles.of(userId)),
    requireInvitable: async (userId) => {
      if (userId === systemUser.userId) throw new MatrixError('M_FORBIDDEN', 'The server enters rooms by itself; invite people.')
      const account = isLocal(userId) ? await accounts.find(userId) : undefined
      if (account === undefined) throw new MatrixError('M_NOT_FOUND', `There is no account ${userId} on this server; check the name.`)
      if (account.deactivated) throw new MatrixError('M_FORBIDDEN', `The account ${userId} is deactivated and cannot be invited.`)
      // client-server-api/#invite-permission
      if (ownString(await accountDataOf(userId, 'm.invite_permission_config'), 'default_action') === 'block') {
        throw new MatrixError('M_INVITE_BLOCKED', `${userId} does not want to be invited.`)
      }
    },
  }
}
