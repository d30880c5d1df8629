import { explainRoom } from '../../spec/admin/room-explanation.ts'
import type { EventId, RoomId } from '../../spec/identifiers.ts'
import { type Feature, check } from '../check.ts'
import { equal, holds, matches, present } from '../expect.ts'
import { administrator } from './registration.ts'

const needs: readonly Feature[] = ['shared-secret', 'chat.hallway']
const clause = explainRoom

export const roomExplanationChecks = [
  check(
    'admin/a-room-explained',
    { clause, needs },
    'An administrator is told of a room how many members it has, how its history ends, and who may do what.',
    async (stage) => {
      const [roomId, alice, bob] = await stage.room('alice', 'bob')
      const last = await bob.say(roomId, 'the last word')
      const answer = await (await administrator(stage)).ok(explainRoom, { roomId })
      equal([answer.room_id, answer.event, answer.user], [roomId, undefined, undefined], 'What is explained')
      const room = present(answer.room, 'the room')
      equal([room.join_rule, room.members.join, room.creators[0]], ['public', 2, alice.userId], 'Join rule, members and founder')
      equal([room.extremities.count, room.extremities.shown[0]?.event_id], [1, last], 'The forward extremities')
      equal([room.backward_extremities.count, room.counts.rejected, room.counts.soft_failed], [0, 0, 0], 'Gaps and refused events')
      const may = (deed: string) =>
        present(
          room.levels.find((one) => one.deed === deed),
          `the level of ${deed}`,
        )
      equal([may('send-messages').everyone, may('send-messages').count], [true, 2], 'Who sends messages')
      equal([may('ban').everyone, may('ban').count, may('ban').user_ids], [false, 1, [alice.userId]], 'Who bans')
      const figures = ['extremities', 'gaps', 'refused', 'overlay-layers', 'auth-events', 'auth-edges', 'last-event', 'turns']
      equal(
        room.health.map(({ figure, verdict }) => [figure, verdict]),
        figures.map((figure) => [figure, 'fine']),
        'The health',
      )
    },
  ),
  check(
    'admin/a-message-explained',
    { clause, needs },
    'An administrator is told how a message stands, by which checks, and what took its content away; not what it said.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      const eventId = await alice.say(roomId, 'between us alone')
      const root = await administrator(stage)
      const answer = await root.ok(explainRoom, { roomId, subject: eventId })
      const event = present(answer.event, 'the event')
      matches(event.event, { event_id: eventId, type: 'm.room.message', sender: alice.userId, standing: 'ordinary' }, 'The event')
      equal([event.shown, event.in_timeline, event.redacted_by], [true, true, undefined], 'Whether it is shown')
      equal(
        event.checks.map(({ by, verdict }) => [by, verdict]),
        ['auth-events', 'state-before', 'state-on-arrival', 'present-state'].map((by) => [by, 'allowed']),
        'The checks',
      )
      holds(!JSON.stringify(answer).includes('between us'), 'nothing of what the message says')
      const redaction = await alice.redact(roomId, eventId)
      const after = await root.ok(explainRoom, { roomId, subject: eventId })
      equal(after.event?.redacted_by?.event_id, redaction, 'What redacted it')
    },
  ),
  check(
    'admin/a-replaced-event-explained',
    { clause, needs },
    'Of state that was replaced an administrator is told what stands there now, and where it lost its place.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      const first = await alice.setState(roomId, 'm.room.topic', { topic: 'first' })
      const second = await alice.setState(roomId, 'm.room.topic', { topic: 'second' })
      const root = await administrator(stage)
      const stateOf = async (subject: EventId) => (await root.ok(explainRoom, { roomId, subject })).event?.state
      const old = present(await stateOf(first), 'its state')
      equal([old.current, old.current_event?.event_id], [false, second], 'What is current')
      equal([old.lost?.how, old.lost?.by?.event_id, old.lost?.version], ['replaced', second, old.held[0]?.to_version], 'How it lost')
      const young = present(await stateOf(second), 'its state')
      equal([young.current, young.held], [true, [{ from_version: old.lost?.version }]], 'The present one')
    },
  ),
  check(
    'admin/a-user-explained',
    { clause, needs },
    'An administrator is told what a user is and was in a room, and by which rule they may not do something.',
    async (stage) => {
      const [roomId, , bob] = await stage.room('alice', 'bob')
      const answer = await (await administrator(stage)).ok(explainRoom, { roomId, subject: bob.userId })
      const user = present(answer.user, 'the user')
      equal([user.user_id, user.membership, user.power, user.creator], [bob.userId, 'join', 0, false], 'The user')
      equal(
        user.memberships.shown.map(({ membership, by_resolution }) => [membership, by_resolution]),
        [['join', false]],
        'Memberships over time',
      )
      const may = (deed: string) =>
        present(
          user.deeds.find((one) => one.deed === deed),
          `the deed ${deed}`,
        )
      equal([may('send-messages').verdict, may('leave').verdict], ['allowed', 'allowed'], 'What bob may do')
      equal([may('ban').verdict, may('set-power-levels').verdict], ['refused', 'refused'], 'What bob may not do')
      holds(/^\d+(\.\d+)*$/.test(may('ban').rule ?? ''), 'the number of the rule that forbids it')
      equal(user.refused_events, { count: 0, shown: [] }, 'Refused events')
    },
  ),
  check(
    'admin/explanations-are-for-administrators',
    { clause, needs },
    'Who is no administrator is refused with 403 M_FORBIDDEN, even the founder of the room.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      await alice.refused(explainRoom, { roomId }, 403, 'M_FORBIDDEN')
      await alice.refused(explainRoom, { roomId, subject: alice.userId }, 403, 'M_FORBIDDEN')
      await stage.nobody.refused(explainRoom, { roomId }, 401, 'M_MISSING_TOKEN')
    },
  ),
  check(
    'admin/nothing-to-explain',
    { clause, needs },
    'A room or an event that the server does not have is 404 M_NOT_FOUND, an event of another room too; a subject that is no ID is a 400.',
    async (stage) => {
      const [roomId, alice] = await stage.room('alice')
      const [otherId, other] = await stage.room('other')
      const foreign = await other.say(otherId, 'elsewhere')
      const root = await administrator(stage)
      const absent: RoomId = `!${stage.unique('absent')}`
      await root.refused(explainRoom, { roomId: absent }, 404, 'M_NOT_FOUND')
      await root.refused(explainRoom, { roomId: absent, subject: alice.userId }, 404, 'M_NOT_FOUND')
      await root.refused(explainRoom, { roomId, subject: '$absent' }, 404, 'M_NOT_FOUND')
      await root.refused(explainRoom, { roomId, subject: foreign }, 404, 'M_NOT_FOUND')
      await root.refused(explainRoom, { roomId, subject: 'alice' }, 400, 'M_INVALID_PARAM')
    },
  ),
]
