import { readFileSync } from 'node:fs'
import test from 'ava'
import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { authorise } from './auth-rules.ts'
import type { Event, JsonObject } from './event.ts'
import { type RoomVersion, roomVersion } from './room-versions.ts'
import { lookupIn, stateMapKey } from './state-map.ts'
import { testEvent } from './test-event.ts'

interface StateEvent {
  type: string
  state_key: string
  sender: string
  content: JsonObject
}
interface Case {
  title: string
  state?: StateEvent[]
  without?: [string, string][]
  signedBy?: string[]
  event: { type: string; sender: string; state_key?: string; content: JsonObject; room_id?: string | null; prev_events?: string[] }
  rules: { [version: string]: string | null }
}
const { state: common, cases }: { state: StateEvent[]; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../spec/vectors/auth-rules.json', import.meta.url), 'utf8'),
)

const eventOf = (roomId: RoomId, { sender, ...fields }: StateEvent, at: number): Event =>
  testEvent(
    { ...fields, sender: sender as UserId, room_id: roomId },
    { eventId: fields.type === 'm.room.create' ? '$create' : `$state${at}`, roomId },
  )

const verdict = (version: RoomVersion, { state = [], without = [], signedBy = [], event }: Case) => {
  const roomId: RoomId = version.createOmitsRoomId ? '!create' : '!room:a.example'
  const absent = new Set(without.map(([type, stateKey]) => stateMapKey(type, stateKey)))
  const present = [...common, ...state].filter(({ type, state_key }) => !absent.has(stateMapKey(type, state_key)))
  const { type, sender, state_key, content, prev_events = ['$before'] } = event
  return authorise(
    version,
    {
      type,
      sender,
      content,
      stateKey: state_key,
      prevEvents: prev_events,
      roomId: event.room_id === undefined ? roomId : (event.room_id ?? undefined),
    },
    lookupIn(present.map((entry, at) => eventOf(roomId, entry, at))),
    { signedBy: (serverName) => signedBy.includes(serverName) },
  )
}

for (const one of cases) {
  for (const [id, rule] of Object.entries(one.rules)) {
    test(`version ${id} ${rule === null ? 'allows' : `forbids by ${rule}`}: ${one.title}`, (t) => {
      const version = roomVersion(id)
      if (version === undefined) return t.fail(`no room version ${id}`)
      const rejection = verdict(version, one)
      t.is(rejection?.rule ?? null, rule)
      if (rejection !== undefined) t.regex(rejection.reason, /^[A-Z].*\.$/)
    })
  }
}
