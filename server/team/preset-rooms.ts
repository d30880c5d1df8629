import type { PresetName } from '../../spec/extensions/presets.ts'
import type { PresetOverrides } from '../../spec/extensions/rooms.ts'
import type { RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import { localAlias } from '../rooms/alias-grammar.ts'
import type { CheckNaming } from '../rooms/alias-rules.ts'
import type { People } from '../rooms/people.ts'
import type { OpenDirectMessage } from './direct-messages.ts'
import type { Organisation } from './organisation.ts'
import { requireEnforced, requireStaff } from './policies.ts'
import { isClosed, joinRulesOf, powerLevelsOf, presets, withOverrides, type Preset } from './presets.ts'
import type { MakeSystemRoom } from './system-rooms.ts'

/** A room of a preset as somebody wants it. */
export interface PresetWish {
  readonly preset: PresetName
  readonly name?: string | undefined
  readonly topic?: string | undefined
  /** The localpart of its address. */
  readonly alias?: string | undefined
  readonly invite?: readonly UserId[] | undefined
  readonly overrides?: PresetOverrides | undefined
}

/** Who makes the room. */
export interface Maker {
  readonly userId: UserId
  readonly admin: boolean
}

/** Rooms with the rules that people expect of their sort. spec/extensions/README.md#rooms-from-presets */
export interface PresetRooms {
  /** What somebody may make. */
  available(maker: Maker): readonly PresetName[]
  /**
   * Makes the room, and everyone who is named a member of it.
   * @throws M_FORBIDDEN for a preset that the maker may not use, M_MISSING_PARAM without a name where it needs one, M_INVALID_PARAM,
   * M_ROOM_IN_USE, M_NOT_FOUND and M_INVITE_BLOCKED for people, chat.hallway.POLICY for an override that would not hold
   */
  make(maker: Maker, wish: PresetWish): Promise<RoomId>
}

interface Needs {
  serverName: string
  makeSystemRoom: MakeSystemRoom
  openDirectMessage: OpenDirectMessage
  organisation: Organisation
  people: People
  /** Who makes rooms that everybody is made a member of. */
  announcementsBy: 'admins' | 'everyone'
  /** What the operator says of names; absent: nothing. */
  checkNaming?: CheckNaming
}

const invitedAtOnce = 1000
/** Letters in lower case and digits of any script, parted by single hyphens. */
const aliasPattern = /^[\p{Ll}\p{Lo}\p{M}\p{Nd}]+(-[\p{Ll}\p{Lo}\p{M}\p{Nd}]+)*$/u

export function createPresetRooms(needs: Needs): PresetRooms {
  const { serverName, makeSystemRoom, openDirectMessage, organisation, people, announcementsBy, checkNaming } = needs
  const mayMakeMandatory = ({ admin }: Maker): boolean => admin || announcementsBy === 'everyone'
  const available = (maker: Maker): readonly PresetName[] => [
    'channel.public',
    'channel.private',
    ...(mayMakeMandatory(maker) ? (['announcement'] as const) : []),
    'group.open',
    'group.fixed',
    'dm',
  ]

  const settle = (maker: Maker, standard: Preset, { overrides = {} }: PresetWish): Preset => {
    const preset = withOverrides(standard, overrides)
    requireEnforced(preset.policy)
    if (preset.policy.mandatory === true && !mayMakeMandatory(maker))
      throw new MatrixError('chat.hallway.POLICY', 'Ask an administrator to make a mandatory room.')
    if (preset.policy.mandatory === true && preset.join !== 'space') {
      throw new MatrixError('chat.hallway.POLICY', 'Only a public channel or an announcement channel can be mandatory.')
    }
    return preset
  }

  const aliasOf = ({ userId }: Maker, preset: Preset, { alias }: PresetWish): RoomAlias | undefined => {
    if (alias === undefined) return undefined
    if (!preset.named) throw new MatrixError('M_INVALID_PARAM', 'A group has no address; leave "alias" out.')
    if (!aliasPattern.test(alias)) throw new MatrixError('M_INVALID_PARAM', 'Write the address in lower case, its words parted by hyphens.')
    const whole = localAlias(alias, serverName)
    checkNaming?.(userId, whole, undefined)
    return whole
  }

  const invited = async (maker: Maker, { invite = [] }: PresetWish): Promise<UserId[]> => {
    const others = [...new Set(invite)].filter((userId) => userId !== maker.userId)
    if (others.length > invitedAtOnce)
      throw new MatrixError('M_INVALID_PARAM', `Name at most ${invitedAtOnce} people, and add others afterwards.`)
    for (const userId of others) {
      requireStaff(userId)
      await people.requireInvitable(userId)
    }
    return others
  }

  const makeDirect = async ({ userId }: Maker, { name, topic, alias, overrides, invite = [] }: PresetWish): Promise<RoomId> => {
    if ([name, topic, alias, overrides].some((given) => given !== undefined)) {
      throw new MatrixError('M_INVALID_PARAM', 'A direct conversation takes only the people in "invite".')
    }
    return (await openDirectMessage(userId, invite)).roomId
  }

  return {
    available,
    make: async (maker, wish) => {
      requireStaff(maker.userId)
      if (!available(maker).includes(wish.preset))
        throw new MatrixError('M_FORBIDDEN', `You may not make rooms of the preset ${wish.preset}; ask an administrator.`)
      if (wish.preset === 'dm') return makeDirect(maker, wish)
      const preset = settle(maker, presets[wish.preset], wish)
      if (preset.named && !wish.name?.trim()) throw new MatrixError('M_MISSING_PARAM', 'Give the channel a "name".')
      const alias = aliasOf(maker, preset, wish)
      const members = [maker.userId, ...(await invited(maker, wish))]
      const roomId = await makeSystemRoom({
        creation: isClosed(preset) ? { 'm.federate': false } : {},
        powerLevels: powerLevelsOf(preset, maker.userId),
        joinRules: joinRulesOf(preset, organisation.space()),
        kind: preset.kind,
        policy: preset.policy,
        alias,
        name: wish.name,
        topic: wish.topic,
        published: preset.join === 'space',
        members,
      })
      if (preset.policy.mandatory === true) await organisation.makeMandatory(roomId)
      return roomId
    },
  }
}
