import type { JsonObject } from '../protocol/event.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { own } from '../protocol/json-values.ts'
import { creatorsOf, defaultLevels, founderOf, levelsIn, readLevel, type LevelName } from '../protocol/power-levels.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import type { StateLookup } from '../protocol/state-map.ts'

/** Two rooms, the second of which takes the place of the first. */
export interface Succession {
  readonly from: RoomVersion
  readonly to: RoomVersion
  /** The state of the first. */
  readonly state: StateLookup
  /** Who makes the second, and in version 12 and later those who count as its creators beside. */
  readonly creators: readonly string[]
}

const tombstone = 'm.room.tombstone'
/** What owners have where levels are numbers. */
const owner = 100
/** Above every owner, as in new rooms. client-server-api/#post_matrixclientv3createroom */
const creatorsAlone = 150

/**
 * The power levels of the successor: those of the room before, as the new version writes them. Creators of unlimited power have no
 * number; who loses such power gets one.
 * @param isBanned whom the new room bans, so that no number of theirs stands against it
 */
export function successorLevels(succession: Succession, isBanned: (userId: string) => boolean): JsonObject {
  const { from, to, state } = succession
  const content = state('m.room.power_levels', '')?.pdu.content ?? {}
  const plain: { [name: string]: number } = {}
  for (const name of Object.keys(defaultLevels) as LevelName[]) {
    const level = readLevel(from, own(content, name))
    if (level !== undefined) plain[name] = level
  }
  const events = levelsIn(from, content, 'events')
  const notifications = levelsIn(from, content, 'notifications')
  const users = usersOf(succession, content, Math.max(owner, ...Object.values(plain), ...events.values()))
  for (const userId of users.keys()) if (isBanned(userId)) users.delete(userId)
  if (to.privilegedCreators) reserveTombstone(from, plain, events)
  return {
    ...plain,
    users: Object.fromEntries(users),
    events: Object.fromEntries(events),
    ...(notifications.size > 0 && { notifications: Object.fromEntries(notifications) }),
  }
}

/** @param top no less than what anything in the room demands */
function usersOf({ from, to, state, creators }: Succession, content: JsonObject, top: number): Map<string, number> {
  const create = state('m.room.create', '')
  const users = new Map([...levelsIn(from, content, 'users')].filter(([userId]) => isUserId(userId)))
  const founder = create && founderOf(from, create)
  // Without power levels the founder has those of an owner.
  if (state('m.room.power_levels', '') === undefined && founder !== undefined && !from.privilegedCreators) users.set(founder, owner)
  for (const creator of creatorsOf(from, create)) users.set(creator, to.privilegedCreators ? owner : top)
  if (to.privilegedCreators) for (const creator of creators) users.delete(creator)
  return users
}

/** Who upgrades a room becomes its creator, which is for creators alone to do. rooms/v12, client-server-api/#post_matrixclientv3createroom */
function reserveTombstone(from: RoomVersion, plain: { readonly [name: string]: number }, events: Map<string, number>): void {
  const level = events.get(tombstone)
  const stateLevel = plain['state_default'] ?? defaultLevels.state_default
  if (from.privilegedCreators && level !== undefined && level > stateLevel) return
  events.set(tombstone, Math.max(creatorsAlone, level ?? 0, Math.min(stateLevel + 1, Number.MAX_SAFE_INTEGER)))
}
