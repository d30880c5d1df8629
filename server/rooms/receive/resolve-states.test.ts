import test from 'ava'
import { roomVersion } from '../../protocol/room-versions.ts'
import { emptyRoom, type Room } from '../room.ts'
import { createResolveStates } from './resolve-states.ts'
import type { OverlayRef, StateRef, StateRefs } from './state-refs.ts'

const overlay = (nid: number, size = 1): OverlayRef => ({
  nid,
  parent: undefined,
  beyond: new Map(),
  entries: new Map(Array.from({ length: size }, (_, key) => [key, nid])),
  layers: 1,
})
const ref = (version: number, ofIt?: OverlayRef): StateRef => ({ version, overlay: ofIt })
const roomWith = (change: Partial<Room> = {}): Room => ({ ...emptyRoom(1, '!r:x', roomVersion('11')!), stateVersion: 10, ...change })
const members = (count: number): Partial<Room> => ({ counts: { join: count, invite: 0, knock: 0, leave: 0, ban: 0 } })

/** Resolves states that always disagree at one key, and tells where each conflict was settled. */
const counted = () => {
  const settled: string[] = []
  const settling = (where: string) => async () => {
    settled.push(where)
    return { outcomes: new Map([[1, 5]]), trials: [] }
  }
  const stateRefs = {
    conflicts: async (_room, refs) => new Map([[1, refs.map((_, at) => at + 1)]]),
    changed: ({ version }) => ref(version, overlay(99)),
  } satisfies Partial<StateRefs>
  const resolveStates = createResolveStates({
    stateRefs: stateRefs as unknown as StateRefs,
    settleConflict: settling('here'),
    settleApart: settling('apart'),
  })
  return { resolveStates, settled }
}

test('what is large is settled in another thread: by changes of state, by members, or by what a branch has otherwise', async (t) => {
  for (const [room, states, where] of [
    [roomWith(), [ref(10), ref(5, overlay(1))], 'here'],
    [roomWith({ stateVersion: 3000 }), [ref(3000), ref(5, overlay(1))], 'apart'],
    [roomWith(members(3000)), [ref(10), ref(5, overlay(1))], 'apart'],
    [roomWith(), [ref(10), ref(5, overlay(1, 3000))], 'apart'],
  ] as const) {
    const { resolveStates, settled } = counted()
    await resolveStates(room, states)
    t.deepEqual(settled, [where])
  }
})

test('states that were resolved are not resolved again, whatever their order', async (t) => {
  const { resolveStates, settled } = counted()
  const [one, two, three] = [ref(10), ref(5, overlay(1)), ref(5, overlay(2))]
  const first = await resolveStates(roomWith(), [one, two, three])
  t.is(await resolveStates(roomWith(), [one, two, three]), first)
  t.is(await resolveStates(roomWith(), [three, one, two, one]), first)
  t.is(settled.length, 1)
  await resolveStates(roomWith(), [one, two])
  t.is(settled.length, 2)
})
