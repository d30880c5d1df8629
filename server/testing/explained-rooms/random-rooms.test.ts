import type { ExecutionContext } from 'ava'
import { explainRoom as endpoint, type EventExplanation } from '../../../spec/admin/room-explanation.ts'
import { createValidate } from '../../http/validator.ts'
import { roomVersion } from '../../protocol/room-versions.ts'
import type { ExplainRoom } from '../../rooms/explain/explain-room.ts'
import type { Receipt } from '../../rooms/receive/receive-event.ts'
import { forEachEngine } from '../../storage/test-database.ts'
import { wireExplain } from '../../wire-explain.ts'
import { chooseSeed } from '../random.ts'
import { randomGraph } from '../room-graphs/random-graph.ts'
import type { RoomGraph } from '../room-graphs/room-graph.ts'
import { inOwnRoom } from '../stored-graphs/own-room.ts'
import { openStored, storedRoom, type IdState } from '../stored-graphs/stored-room.ts'

const check = createValidate('body', endpoint.response)

/** What the explanation says of an event that the receipt says otherwise. */
const contradiction = (receipt: Receipt, { event, checks }: EventExplanation): string | undefined => {
  const [cited, before, arrival] = checks
  const refusedBy =
    receipt.outcome === 'rejected' ? (cited!.rule ?? before!.rule) : receipt.outcome === 'soft-failed' ? arrival!.rule : undefined
  if (receipt.outcome === 'rejected' || receipt.outcome === 'soft-failed')
    return event.standing === receipt.outcome && refusedBy === receipt.rejection.rule
      ? undefined
      : `${event.event_id}: ${receipt.outcome} by ${receipt.rejection.rule}, explained as ${event.standing} by ${refusedBy}`
  const refused = checks.slice(0, 3).find(({ verdict }) => verdict !== 'allowed')
  return refused === undefined
    ? undefined
    : `${event.event_id} was accepted, but explained as ${refused.verdict} by ${refused.by} ${refused.rule}`
}

const explainAll = async (t: ExecutionContext, explain: ExplainRoom, graph: RoomGraph, receipts: readonly Receipt[], current: IdState) => {
  const how = { replaced: 0, resolved: 0, unclear: 0, never: 0 }
  const standing = new Set(current.values())
  for (const [i, { eventId, pdu }] of graph.events.entries()) {
    const explanation = await explain(graph.roomId, eventId)
    t.notThrows(() => check(explanation))
    t.is(contradiction(receipts[i]!, explanation.event!), undefined)
    const { state } = explanation.event!
    t.is(state?.current ?? false, standing.has(eventId))
    if (state !== undefined && !state.current) how[state.lost!.how]++
    t.is(state === undefined, pdu.state_key === undefined)
  }
  return how
}

forEachEngine('explanations of random rooms agree with what was decided on receipt', async (t, database) => {
  const seed = chooseSeed()
  t.log(`HALLWAY_TEST_SEED=${seed}`)
  const sum = { replaced: 0, resolved: 0, unclear: 0, never: 0 }
  // One of each algorithm, of both ways to cite, and of each way to judge redactions.
  for (const [i, id] of ['1', '2', '6', '10', '12'].entries()) {
    const version = roomVersion(id)!
    const graph = inOwnRoom(randomGraph(seed + i, { version, size: 50, seal: 'cheap' }))
    const stored = openStored(database)
    const room = storedRoom(stored, graph.roomId, version)
    const receipts: Receipt[] = []
    for (const event of graph.events) receipts.push(await room.receive(event))
    const explain = wireExplain({ query: database.read, engine: database.engine }, { now: () => 0 })
    const how = await explainAll(t, explain, graph, receipts, await room.current())
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += how[name]
    const users = new Set(graph.events.map(({ pdu }) => pdu.sender))
    for (const subject of [undefined, ...users]) {
      const explanation = await explain(graph.roomId, subject)
      t.notThrows(() => check(explanation))
    }
    if (!t.passed) return t.log(`version ${version.id}, seed ${seed + i}`)
  }
  t.log(JSON.stringify(sum))
  t.true(sum.replaced > 0 && sum.never > 0)
  t.true(sum.unclear <= sum.resolved, 'most meetings can be told')
})
