import { writeFileSync } from 'node:fs'
import { conflictScenarios } from './conflicts.ts'
import { orderScenarios } from './order.ts'
import { resetScenarios } from './resets.ts'
import { opening, type Scenario, type VectorEvent } from './room.ts'
import { version1Scenarios } from './version-1.ts'

const scenarios: readonly Scenario[] = [...orderScenarios, ...conflictScenarios, ...resetScenarios, ...version1Scenarios]

const keyOf = ({ type, state_key }: VectorEvent): string => `${type} ${state_key}`

/** The opening with changes, as a list of IDs. */
const expand = (events: readonly VectorEvent[], changes: readonly string[]): string[] => {
  const eventOf = (name: string): VectorEvent => {
    const found = events.find(({ event_id }) => event_id === `$${name}`)
    if (found === undefined) throw new Error(`There is no event ${name}.`)
    return found
  }
  const state = new Map(opening.map((event) => [keyOf(event), event.event_id]))
  for (const change of changes) {
    if (change.startsWith('-')) state.delete(keyOf(eventOf(change.slice(1))))
    else state.set(keyOf(eventOf(change)), `$${change}`)
  }
  return [...state.values()]
}

const caseOf = ({ title, events, states, rejected, resolved }: Scenario) => {
  const known = [...opening, ...events]
  return {
    title,
    events,
    states: states.map((changes) => expand(known, changes)),
    rejected: rejected?.map((name) => `$${name}`),
    resolved: Object.fromEntries(Object.entries(resolved).map(([versions, changes]) => [versions, expand(known, changes)])),
  }
}

const lines = (items: readonly unknown[]): string => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')

/** `spec/vectors/state-resolution.json` as these tables make it, a case a line. */
export const resolutionVectors = (): string => `{
  "description": "States of a room and what they resolve to, by room version. README.md says how to read a case.",
  "source": "this project, after Matrix specification v1.19: rooms/v1/#state-resolution, rooms/v2/#state-resolution, rooms/v12/#state-resolution; MSC4297",
  "opening": [
${lines(opening)}
  ],
  "cases": [
${lines(scenarios.map(caseOf))}
  ]
}
`

/** Where they lie. */
export const resolutionVectorsFile = new URL('../../../spec/vectors/state-resolution.json', import.meta.url)

if (import.meta.main) writeFileSync(resolutionVectorsFile, resolutionVectors())
