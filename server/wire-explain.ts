import { createChecksOf } from './rooms/explain/event-checks.ts'
import { createExplainEvent } from './rooms/explain/event-explanation.ts'
import { createExplainRoom, type ExplainRoom } from './rooms/explain/explain-room.ts'
import { createExplainMeeting } from './rooms/explain/meeting.ts'
import { createOverviewOf } from './rooms/explain/room-overview.ts'
import { createExplainState } from './rooms/explain/state-loss.ts'
import { createFindTurns } from './rooms/explain/turns.ts'
import { createExplainUser } from './rooms/explain/user-explanation.ts'
import { createSettleConflict, type SettleConflict } from './rooms/receive/settle-conflict.ts'
import { createLookupStored } from './rooms/receive/state-lookups.ts'
import { createStateRefs } from './rooms/receive/state-refs.ts'
import type { Reading } from './storage/engine.ts'
import { createEventGraph } from './storage/event-graph.ts'
import { createRoomFigures } from './storage/room-figures.ts'
import { createRoomHistory } from './storage/room-history.ts'
import { createStateEntries } from './storage/state-entries.ts'

interface Options {
  /** Settles conflicts; absent: here, on the same connection. */
  readonly settle?: SettleConflict
  readonly now: () => number
}

/** What explains rooms, on whatever reads: it needs no more of the server than the database. */
export function wireExplain(reading: Reading, { settle, now }: Options): ExplainRoom {
  const [eventGraph, stateEntries] = [createEventGraph(reading), createStateEntries(reading)]
  const [figures, history] = [createRoomFigures(reading), createRoomHistory(reading)]
  const stateRefs = createStateRefs({ stateEntries })
  const lookupStored = createLookupStored({ eventGraph, stateRefs })
  const checksOf = createChecksOf({ history, eventGraph, stateRefs, lookupStored })
  const settleConflict = settle ?? createSettleConflict({ eventGraph, stateEntries })
  const explainMeeting = createExplainMeeting({ history, eventGraph, stateRefs, settleConflict })
  const explainState = createExplainState({ history, stateEntries, explainMeeting })
  const findTurns = createFindTurns({ history, eventGraph })
  return createExplainRoom({
    figures,
    eventGraph,
    overviewOf: createOverviewOf({ figures, history, eventGraph, lookupStored, findTurns, now }),
    explainEvent: createExplainEvent({ history, figures, eventGraph, stateRefs, lookupStored, checksOf, explainState }),
    explainUser: createExplainUser({ history, figures, eventGraph, lookupStored, checksOf }),
  })
}
