import test from 'ava'
import type { sendMessage } from './client/room-send.ts'
import type { login } from './client/login.ts'
import type { putPushRule } from './client/push.ts'
import type { SlidingSyncRequest } from './client/sliding-sync.ts'
import type { sync } from './client/sync.ts'
import type { getVersions } from './client/discovery.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from './endpoint.ts'
import type { ClientEvent, StateEvent } from './event.ts'
import type { Membership, MemberContent } from './events/member.ts'
import type { EventId, RoomId, UserId } from './identifiers.ts'
import type { FromSchema } from './schema.ts'
import type { table } from './table.ts'

/** True if both types accept the same values; the compiler is the judge, the run only shows that the file was read. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Has<T, Key extends PropertyKey> = Key extends keyof T ? true : false
type IsOptional<T, Key extends keyof T> = undefined extends T[Key] ? true : false
const holds = <const T extends true>(): T => true as T

test('parameters keep the sigils of their IDs', (t) => {
  t.true(holds<Same<ParamsOf<typeof sendMessage>['roomId'], RoomId>>())
  t.true(holds<Same<ResponseOf<typeof sendMessage>['event_id'], EventId>>())
})

test('what a schema requires is there, and the rest may be absent', (t) => {
  type Body = BodyOf<typeof login>
  t.true(holds<Same<Body['type'], string>>())
  t.true(holds<IsOptional<Body, 'password'>>())
  t.true(holds<Same<NonNullable<Body['identifier']>['type'], string>>())
  t.true(holds<Same<ResponseOf<typeof login>['user_id'], UserId>>())
})

test('a part that an endpoint does not declare is undefined', (t) => {
  t.true(holds<Same<BodyOf<typeof sync>, undefined>>())
  t.true(holds<Same<ParamsOf<typeof sync>, undefined>>())
  t.true(holds<Same<QueryOf<typeof getVersions>, undefined>>())
})

test('query values have their types, not strings', (t) => {
  type Query = QueryOf<typeof sync>
  t.true(holds<Same<NonNullable<Query['timeout']>, number>>())
  t.true(holds<Same<NonNullable<Query['full_state']>, boolean>>())
  t.true(holds<Same<NonNullable<Query['set_presence']>, 'online' | 'unavailable' | 'offline'>>())
  t.true(holds<Same<ParamsOf<typeof putPushRule>['kind'], 'override' | 'underride' | 'sender' | 'room' | 'content'>>())
})

test('maps carry the type of their values', (t) => {
  type Rooms = NonNullable<ResponseOf<typeof sync>['rooms']>
  type Joined = NonNullable<Rooms['join']>[string]
  t.true(holds<Same<NonNullable<Joined['timeline']>['events'][number]['sender'], UserId>>())
  type Lists = NonNullable<SlidingSyncRequest['lists']>
  t.true(holds<Same<NonNullable<Lists[string]['required_state']>, string[][]>>())
})

test('constants, choices and unions become literal types', (t) => {
  t.true(holds<Same<Membership, 'invite' | 'join' | 'knock' | 'leave' | 'ban'>>())
  t.true(holds<Same<NonNullable<MemberContent['displayname']>, string>>())
  t.true(holds<Same<FromSchema<{ const: 'm.text' }>, 'm.text'>>())
  t.true(holds<Same<FromSchema<{ anyOf: [{ type: 'integer' }, { type: 'null' }] }>, number | null>>())
})

test('a state event is a client event with a state key', (t) => {
  t.true(holds<StateEvent extends ClientEvent ? true : false>())
  t.true(holds<Same<StateEvent['state_key'], string>>())
  t.true(holds<IsOptional<ClientEvent, 'state_key'>>())
})

test('the table knows each endpoint by topic and name, and schemas are not in it', (t) => {
  t.true(holds<Same<(typeof table)['client/login']['login']['path'], '/_matrix/client/v3/login'>>())
  t.true(holds<Same<Has<(typeof table)['client/profile'], 'profile'>, false>>())
})
