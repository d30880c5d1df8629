import test from 'ava'
import { carryRoomRules } from './carry-room-rules.ts'
import type { PushRule } from './push-rule.ts'
import { maxOwnPushRules, type PushRuleChanges } from './push-rules.ts'

const rule = (rule_id: string, more: Partial<PushRule> = {}): PushRule => ({ rule_id, default: false, enabled: true, actions: [], ...more })
const inRoom = (pattern: string) => ({ kind: 'event_match', key: 'room_id', pattern })

test('rules about the old room are doubled for the new one, each behind the one it comes from, on or off as it is', (t) => {
  const word = { kind: 'event_match', key: 'content.body', pattern: '!old' }
  const changes: PushRuleChanges = {
    own: {
      override: [
        rule('!old', { conditions: [inRoom('!old')], enabled: false }),
        rule('loud', { conditions: [word, { kind: 'event_property_is', key: 'room_id', value: '!old' }], actions: ['notify'] }),
        rule('other', { conditions: [word] }),
      ],
      room: [rule('!x'), rule('!old', { actions: ['notify'] })],
    },
    defaults: { '.m.rule.master': { enabled: true } },
  }
  const { own, defaults } = carryRoomRules(changes, '!old', '!new')
  t.deepEqual(own.override, [
    changes.own.override![0]!,
    rule('!new', { conditions: [inRoom('!new')], enabled: false }),
    changes.own.override![1]!,
    rule('loud.!new', { conditions: [word, { kind: 'event_property_is', key: 'room_id', value: '!new' }], actions: ['notify'] }),
    changes.own.override![2]!,
  ])
  t.deepEqual(own.room, [rule('!x'), rule('!old', { actions: ['notify'] }), rule('!new', { actions: ['notify'] })])
  t.is(defaults, changes.defaults)
  const again = carryRoomRules({ own, defaults }, '!old', '!new')
  t.deepEqual(again.own, own)
})

test('nothing changes where no rule is about the room, or there are too many', (t) => {
  const none: PushRuleChanges = { own: { room: [rule('!x')] }, defaults: {} }
  t.is(carryRoomRules(none, '!old', '!new'), none)
  const own = { room: [rule('!old'), ...Array.from({ length: maxOwnPushRules - 1 }, (_, i) => rule(`!${i}`))] }
  const full: PushRuleChanges = { own, defaults: {} }
  t.is(carryRoomRules(full, '!old', '!new'), full)
})
