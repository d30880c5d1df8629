import { listTags, putTag } from '../../spec/client/account-data.ts'
import { getRoomAlias } from '../../spec/client/directory.ts'
import { getPushRule, putPushRule } from '../../spec/client/push.ts'
import { getStateEvent } from '../../spec/client/room-state.ts'
import { upgradeRoom } from '../../spec/client/rooms.ts'
import type { RoomAlias } from '../../spec/identifiers.ts'
import { check } from '../check.ts'
import { equal, holds, matches, shown } from '../expect.ts'
import { eventually } from '../sync-until.ts'

import { clause, createOf, makeRoom, upgrade } from './room-upgrades.ts'

const state = [
  ['m.room.name', { name: 'The kitchen' }],
  ['m.room.topic', { topic: 'What is for lunch' }],
  ['m.room.avatar', { url: 'mxc://example.org/kitchen' }],
  ['m.room.guest_access', { guest_access: 'can_join' }],
  ['m.room.history_visibility', { history_visibility: 'joined' }],
  ['m.room.join_rules', { join_rule: 'knock' }],
  ['m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }],
  ['m.room.server_acl', { allow: ['*'], deny: ['elsewhere.example'], allow_ip_literals: false }],
] as const

const transfers = state.map(([type, content]) =>
  check(
    `upgrade/carries-${type.slice('m.room.'.length).replaceAll('_', '-')}`,
    { clause, about: [upgradeRoom, getStateEvent], level: 'should' },
    `The new room has the ${type} of the old one.`,
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice, { initial_state: [{ type, state_key: '', content }] })
      matches(await alice.stateContent(await upgrade(alice, roomId), type), content, `The ${type}`)
    },
  ),
)

/** What moves to the new room, and what stays behind. */
export const roomUpgradeCarryChecks = [
  ...transfers,
  check(
    'upgrade/carries-power-levels',
    { clause, about: [upgradeRoom, getStateEvent], level: 'should' },
    'The new room has the power levels of the old one.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await makeRoom(alice)
      const users = { [alice.userId]: 100, [bob.userId]: 50 }
      await alice.setLevels(roomId, { users, ban: 75, events_default: 10 })
      const levels = await alice.stateContent(await upgrade(alice, roomId), 'm.room.power_levels')
      matches(levels, { users, ban: 75, events_default: 10 }, 'The power levels')
    },
  ),
  check(
    'upgrade/leaves-state-of-others',
    { clause, about: [upgradeRoom, getStateEvent], level: 'should' },
    'State outside the Matrix namespace, which may count by its sender, stays behind.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const initial_state = [
        { type: 'org.example.shelf', state_key: '', content: { books: 3 } },
        { type: 'm.room.name', state_key: '', content: { name: 'The kitchen' } },
      ]
      const roomId = await upgrade(alice, await makeRoom(alice, { initial_state }))
      await alice.refused(getStateEvent, { roomId, eventType: 'org.example.shelf', stateKey: '' }, 404, 'M_NOT_FOUND')
      equal((await alice.stateContent(roomId, 'm.room.name'))['name'], 'The kitchen', 'The name')
    },
  ),
  check(
    'upgrade/keeps-the-type',
    { clause, about: [getStateEvent], since: 'v1.4' },
    'The new room is of the type of the old one.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await upgrade(alice, await makeRoom(alice, { creation_content: { type: 'm.space' } }))
      equal((await createOf(alice, roomId))['type'], 'm.space', 'The type')
    },
  ),
  check(
    'upgrade/adds-no-type',
    { clause, about: [getStateEvent], since: 'v1.4' },
    'Where the old room has no type, the new one has none.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await makeRoom(alice)
      const create = await createOf(alice, await upgrade(alice, roomId))
      matches(create, { room_version: '11', predecessor: { room_id: roomId } }, 'The create event')
      holds(!('type' in create), `no type in ${shown(create)}`)
    },
  ),
  check(
    'upgrade/moves-aliases',
    { clause, about: [getRoomAlias] },
    'The aliases of this server lead to the new room.',
    async ({ people, unique, serverName }) => {
      const [alice] = await people('alice')
      const localpart = unique('kitchen')
      const roomId = await makeRoom(alice, { room_alias_name: localpart })
      const replacement = await upgrade(alice, roomId)
      equal((await alice.ok(getRoomAlias, { roomAlias: `#${localpart}:${serverName}` as RoomAlias })).room_id, replacement, 'The room')
    },
  ),
  check(
    'upgrade/tags-follow',
    { clause, about: [listTags], level: 'should' },
    'Who joins the new room finds there the tags that they gave to the old one.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const { userId, ok } = bob
      await ok(putTag, { userId, roomId, tag: 'm.favourite', body: { order: 0.25 } })
      const replacement = await upgrade(alice, roomId)
      await bob.join(replacement)
      const tags = async () => {
        const { tags: found = {} } = await ok(listTags, { userId, roomId: replacement })
        return 'm.favourite' in found ? found : undefined
      }
      equal(await eventually(patience, 'the tags', tags), { 'm.favourite': { order: 0.25 } }, 'The tags')
    },
  ),
  check(
    'upgrade/push-rules-follow',
    { clause, about: [getPushRule], level: 'should' },
    'Who joins the new room is notified of it as of the old one.',
    async ({ room, patience }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      await bob.ok(putPushRule, { kind: 'room', ruleId: roomId, body: { actions: [] } })
      const replacement = await upgrade(alice, roomId)
      await bob.join(replacement)
      const rule = async () => {
        const { status, body } = await bob.call(getPushRule, { kind: 'room', ruleId: replacement })
        return status === 200 ? body : undefined
      }
      matches(await eventually(patience, 'the rule', rule), { rule_id: replacement, actions: [], enabled: true }, 'The rule')
    },
  ),
]
