import { getCapabilities } from '../../spec/client/discovery.ts'
import { banUser, kickUser } from '../../spec/client/membership.ts'
import { redactEvent, sendMessage } from '../../spec/client/room-send.ts'
import { setState } from '../../spec/client/room-state.ts'
import type { PowerLevelsContent } from '../../spec/events/power-levels.ts'
import { createPresetRoom, removeMember } from '../../spec/extensions/rooms.ts'
import { check, type Feature } from '../check.ts'
import { equal, matches, present } from '../expect.ts'
import { made } from './made-room.ts'

const needs: readonly Feature[] = ['chat.hallway']
const clause = createPresetRoom
const text = { msgtype: 'm.text', body: 'hello' }

export const presetRuleChecks = [
  check(
    'presets/announcements-are-read',
    { clause, about: [sendMessage, redactEvent], needs },
    'In an announcement members do not post, nor answer in threads; they react, and take reactions back.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await made(alice, 'announcement', { invite: [bob.userId] })
      const eventId = await alice.say(roomId, 'Cake at four')
      const post = (body: object) => bob.refused(sendMessage, { roomId, eventType: 'm.room.message', txnId: 'x', body }, 403, 'M_FORBIDDEN')
      await post(text)
      await post({ ...text, 'm.relates_to': { rel_type: 'm.thread', event_id: eventId } })
      const reaction = await bob.send(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key: '🎂' } })
      await bob.redact(roomId, reaction)
    },
  ),
  check(
    'presets/groups-are-renamed-by-anyone',
    { clause, about: [setState], needs },
    'Any member of an open group renames it, and adds people.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await made(alice, 'group.open', { invite: [bob.userId] })
      await bob.setState(roomId, 'm.room.name', { name: 'Us' })
      await bob.invite(roomId, carol)
      equal((await carol.stateContent(roomId, 'm.room.name'))['name'], 'Us', 'The name')
    },
  ),
  check(
    'presets/remove-through-the-server',
    { clause: removeMember, needs },
    'Any member of an open group has another removed by the server, which says on whose behalf.',
    async ({ people, serverName }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await made(alice, 'group.open', { invite: [bob.userId, carol.userId] })
      await bob.ok(removeMember, { roomId, body: { user_id: carol.userId, reason: 'Moved on' } })
      const event = present(
        (await alice.state(roomId)).find(({ type, state_key: key }) => type === 'm.room.member' && key === carol.userId),
        'a member event',
      )
      equal(event.sender, `@_system:${serverName}`, 'The sender')
      matches(event.content, { membership: 'leave', reason: 'Moved on', 'chat.hallway.actor': bob.userId }, 'The content')
    },
  ),
  check(
    'presets/no-kick-among-equals',
    { clause: kickUser, needs },
    'Members of an open group do not kick one another themselves.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await made(alice, 'group.open', { invite: [bob.userId, carol.userId] })
      await bob.refused(kickUser, { roomId, body: { user_id: carol.userId } }, 403, 'M_FORBIDDEN')
    },
  ),
  check('presets/remove-by-an-outsider', { clause: removeMember, needs }, 'Who is no member has nobody removed.', async ({ people }) => {
    const [alice, bob, mallory] = await people('alice', 'bob', 'mallory')
    const roomId = await made(alice, 'group.open', { invite: [bob.userId] })
    await mallory.refused(removeMember, { roomId, body: { user_id: bob.userId } }, [403, 404], ['M_FORBIDDEN', 'M_NOT_FOUND'])
  }),
  check('presets/remove-the-system', { clause: removeMember, needs }, 'The system user is not removed.', async ({ people, serverName }) => {
    const [alice] = await people('alice')
    const roomId = await made(alice, 'group.open')
    await alice.refused(removeMember, { roomId, body: { user_id: `@_system:${serverName}` } }, 403, 'M_FORBIDDEN')
  }),
  check(
    'presets/remove-one-who-is-not-there',
    { clause: removeMember, needs },
    'Who is not there is not removed: 403 M_BAD_STATE.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await made(alice, 'group.open')
      await alice.refused(removeMember, { roomId, body: { user_id: bob.userId } }, 403, 'M_BAD_STATE')
    },
  ),
  check(
    'presets/remove-where-the-policy-does-not-say-so',
    { clause: removeMember, needs },
    'In a channel members have nobody removed: 403 chat.hallway.POLICY.',
    async ({ people }) => {
      const [alice, bob, carol] = await people('alice', 'bob', 'carol')
      const roomId = await made(alice, 'channel.private', { invite: [bob.userId, carol.userId] })
      await bob.refused(removeMember, { roomId, body: { user_id: carol.userId } }, 403, 'chat.hallway.POLICY')
    },
  ),
  check(
    'presets/fixed-groups-lose-nobody',
    { clause, about: [kickUser, banUser], needs },
    'From a fixed group not even the owner removes anybody; who wants to leave does.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await made(alice, 'group.fixed', { invite: [bob.userId] })
      const body = { user_id: bob.userId }
      await alice.refused(kickUser, { roomId, body }, 403, 'M_FORBIDDEN')
      await alice.refused(banUser, { roomId, body }, 403, 'M_FORBIDDEN')
      await bob.leave(roomId)
    },
  ),
  check(
    'presets/owners-hand-over',
    { clause, about: [setState], needs },
    'An owner makes another owner, who may then do the same.',
    async ({ people }) => {
      const [alice, bob] = await people('alice', 'bob')
      const roomId = await made(alice, 'channel.private', { invite: [bob.userId] })
      const { users = {} } = (await alice.stateContent(roomId, 'm.room.power_levels')) as PowerLevelsContent
      await alice.setLevels(roomId, { users: { ...users, [bob.userId]: 100 } })
      await alice.leave(roomId)
      await bob.setState(roomId, 'm.room.name', { name: 'Mine now' })
      equal((await bob.stateContent(roomId, 'm.room.name'))['name'], 'Mine now', 'The name')
    },
  ),
  check(
    'presets/kind-is-fixed',
    { clause: 'spec/extensions/README.md#kind-and-policy', about: [setState], needs },
    'Not even the owner changes the kind of a room.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const roomId = await made(alice, 'channel.private')
      await alice.refused(setState, { roomId, eventType: 'chat.hallway.kind', stateKey: '', body: { kind: 'dm' } }, 403, [
        'M_FORBIDDEN',
        'chat.hallway.POLICY',
      ])
    },
  ),
  check(
    'presets/policy-that-is-not-enforced',
    { clause: 'spec/extensions/README.md#kind-and-policy', about: [createPresetRoom, setState], needs },
    'A policy that the server does not enforce is refused with chat.hallway.POLICY, at creation and later.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { capabilities } = await alice.ok(getCapabilities, {})
      const { policies = [] } = capabilities['chat.hallway.presets'] as { policies?: string[] }
      const values: { readonly [key: string]: unknown } = {
        edit_window: 1000,
        encryption: 'required',
        mandatory: true,
        preview: 'org',
        history: 'joined',
      }
      const key = Object.keys(values).find((key) => !policies.includes(key))
      if (key === undefined) return
      await alice.refused(
        createPresetRoom,
        { body: { preset: 'group.open', overrides: { [key]: values[key] } } },
        403,
        'chat.hallway.POLICY',
      )
      const roomId = await made(alice, 'channel.private')
      await alice.refused(
        setState,
        { roomId, eventType: 'chat.hallway.policy', stateKey: '', body: { [key]: values[key] } },
        403,
        'chat.hallway.POLICY',
      )
    },
  ),
]
