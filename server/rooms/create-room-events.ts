import type { RoomAlias, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isUserId } from '../protocol/identifiers.ts'
import { isObject, own } from '../protocol/json-values.ts'
import type { RoomVersion } from '../protocol/room-versions.ts'
import type { FirstEvent } from './new-room.ts'
import { aliasesIn } from './set-state.ts'

export type CreationPreset = 'private_chat' | 'public_chat' | 'trusted_private_chat'

/** A new room as its creator wants it, checked and complete. */
export interface RoomWish {
  readonly creator: UserId
  readonly version: RoomVersion
  readonly preset: CreationPreset
  readonly creationContent: JsonObject
  readonly powerLevels: JsonObject
  readonly initialState: readonly { readonly type: string; readonly stateKey: string; readonly content: JsonObject }[]
  readonly alias: RoomAlias | undefined
  readonly name: string | undefined
  readonly topic: string | undefined
  /** Without the creator, each once. */
  readonly invite: readonly UserId[]
  readonly isDirect: boolean
}

/** What member events repeat of a profile. */
export type MemberProfile = JsonObject

const presetState: { readonly [preset in CreationPreset]: { join_rule: string; history_visibility: string; guest_access: string } } = {
  private_chat: { join_rule: 'invite', history_visibility: 'shared', guest_access: 'can_join' },
  trusted_private_chat: { join_rule: 'invite', history_visibility: 'shared', guest_access: 'can_join' },
  public_chat: { join_rule: 'public', history_visibility: 'shared', guest_access: 'forbidden' },
}

/** Types that the server alone writes, or writes elsewhere. */
const notInitial = new Set(['m.room.create', 'm.room.member'])

/** The first events of the room in the order of the spec, the invites aside. client-server-api/#post_matrixclientv3createroom */
export function firstEvents(wish: RoomWish, profile: MemberProfile): FirstEvent[] {
  const { creator, preset, initialState, alias, name, topic } = wish
  const state = (type: string, content: JsonObject, stateKey = ''): FirstEvent => ({ sender: creator, type, stateKey, content })
  const isSet = (type: string) => initialState.some((entry) => entry.type === type && entry.stateKey === '')
  const fromPreset = (Object.entries(presetState[preset]) as [string, string][])
    .map(([key, value]) => state(key === 'join_rule' ? 'm.room.join_rules' : `m.room.${key}`, { [key]: value }))
    .filter(({ type }) => !isSet(type))
  return [
    state('m.room.create', creation(wish)),
    state('m.room.member', { ...profile, membership: 'join' }, creator),
    state('m.room.power_levels', initialPowerLevels(wish)),
    ...(alias === undefined ? [] : [state('m.room.canonical_alias', { alias })]),
    ...fromPreset,
    ...initialState
      .filter(
        ({ type, stateKey }) =>
          !(stateKey === '' && ((type === 'm.room.name' && name !== undefined) || (type === 'm.room.topic' && topic !== undefined))),
      )
      .map(({ type, stateKey, content }) => state(type, content, stateKey)),
    ...(name === undefined ? [] : [state('m.room.name', { name })]),
    ...(topic === undefined ? [] : [state('m.room.topic', topicContent(topic))]),
  ]
}

/** A plain topic, in both of its forms. client-server-api/#mroomtopic */
export const topicContent = (topic: string): JsonObject => ({ topic, 'm.topic': { 'm.text': [{ body: topic, mimetype: 'text/plain' }] } })

const creation = ({ version, preset, creationContent, invite, creator }: RoomWish): JsonObject => {
  const { creator: _overwritten, room_version: _also, ...content } = creationContent
  const named = own(content, 'additional_creators')
  const trusted = version.privilegedCreators && preset === 'trusted_private_chat' ? invite : []
  const additional = [...new Set([...(Array.isArray(named) ? named : []), ...trusted])].filter((userId) => userId !== creator)
  return {
    ...content,
    room_version: version.id,
    ...(version.creatorInContent && { creator }),
    ...(version.privilegedCreators && additional.length > 0 && { additional_creators: additional }),
  }
}

/** What a room asks of whom, before the override. */
const initialPowerLevels = ({ creator, version, preset, invite, powerLevels }: RoomWish): JsonObject => {
  const owners = version.privilegedCreators ? [] : [creator, ...(preset === 'trusted_private_chat' ? invite : [])]
  const tombstone = { 'm.room.tombstone': version.privilegedCreators ? 150 : 100 }
  const levels: JsonObject = {
    users: Object.fromEntries(owners.map((userId) => [userId, 100])),
    users_default: 0,
    events: {
      'm.room.name': 50,
      'm.room.avatar': 50,
      'm.room.canonical_alias': 50,
      'm.room.power_levels': 100,
      'm.room.history_visibility': 100,
      'm.room.server_acl': 100,
      'm.room.encryption': 100,
      ...tombstone,
    },
    events_default: 0,
    state_default: 50,
    ban: 50,
    kick: 50,
    redact: 50,
    invite: 0,
    ...powerLevels,
  }
  const { events } = levels
  if (!version.privilegedCreators || !isObject(events) || Object.hasOwn(events, 'm.room.tombstone')) return levels
  return { ...levels, events: { ...events, ...tombstone } }
}

/** @throws M_INVALID_PARAM, M_INVALID_ROOM_STATE when no room can be made of the wish, M_BAD_ALIAS */
export function checkWish({ version, creationContent, initialState, alias }: RoomWish): void {
  const creators = own(creationContent, 'additional_creators')
  if (version.privilegedCreators && creators !== undefined && !(Array.isArray(creators) && creators.every(isUserId))) {
    throw new MatrixError('M_INVALID_PARAM', 'Write "additional_creators" as a list of user IDs.')
  }
  for (const { type, stateKey, content } of initialState) {
    if (notInitial.has(type)) throw new MatrixError('M_INVALID_ROOM_STATE', `Leave ${type} out of "initial_state"; the server writes it.`)
    if (type !== 'm.room.canonical_alias' || stateKey !== '') continue
    const foreign = aliasesIn(content).find((named) => named !== alias)
    if (foreign !== undefined) throw new MatrixError('M_BAD_ALIAS', 'An alias can be named in the new room only by "room_alias_name".')
  }
}
