import type { RoomVersion } from '../../protocol/room-versions.ts'
import { createRandom } from '../random.ts'
import { createChance } from '../room-graphs/chance.ts'
import { growRoom } from '../room-graphs/random-graph.ts'
import { type AuthCase, eventsOf, graphCases, makeAuthCase } from './auth-case.ts'
import { judgeCase, refusalBySynapse } from './auth-verdicts.ts'
import { type Disagreement, knownDisagreements } from './known-disagreements.ts'
import { count, note, type Unexplained } from './notes.ts'
import { authRequest, type Synapse, type SynapseVerdicts } from './synapse.ts'

/** What came of the decisions of one version. */
export interface AuthTally {
  decisions: number
  allowed: number
  /** By our rule: how often it refused. */
  readonly rules: Map<string, number>
  /** By the name of the known disagreement. */
  readonly excused: Map<string, number>
  readonly unexplained: Unexplained
}

// Enough for the driver never to wait; few enough to keep in memory.
const batch = 200

/** Compares so many decisions: of each four cases, three are made up, and one is out of a random graph. */
export const compareAuth = async (synapse: Synapse, version: RoomVersion, seed: number, decisions: number): Promise<AuthTally> => {
  const tally: AuthTally = { decisions: 0, allowed: 0, rules: new Map(), excused: new Map(), unexplained: new Map() }
  const cases = casesFrom(version, seed)
  while (tally.decisions < decisions) {
    const asked = Array.from({ length: Math.min(batch, Math.ceil((decisions - tally.decisions) / 2)) }, () => cases.next().value)
    await Promise.all(asked.map(async (made) => weigh(tally, seed, made, await synapse.ask<SynapseVerdicts>(authRequest(made)))))
  }
  return tally
}

/** Where Synapse computes event IDs, they must be the events' own. */
export const sealFor = (version: RoomVersion): 'real' | 'cheap' => (version.eventIdFormat === 'chosen' ? 'cheap' : 'real')

function* casesFrom(version: RoomVersion, seed: number): Generator<AuthCase, never> {
  const chance = createChance(createRandom(seed))
  for (;;) {
    const { graph, room } = growRoom(chance.between(0, 2 ** 24), { version, size: chance.between(20, 60), seal: sealFor(version) })
    for (const made of graphCases(graph, room)) {
      yield made
      for (let more = 3; more > 0; more--) yield makeAuthCase(version, chance)
    }
  }
}

const weigh = (tally: AuthTally, seed: number, made: AuthCase, answer: SynapseVerdicts): void => {
  for (const [ours, theirs] of answer.misnamed) {
    const pdu = eventsOf(made).get(ours)?.pdu ?? made.event.pdu
    note(tally.unexplained, 'another event ID', () => `Synapse computes the ID ${theirs} of ${JSON.stringify(pdu)}, and we ${ours}`)
  }
  const verdicts = judgeCase(made)
  for (const by of ['cited', 'state'] as const) {
    const ours = verdicts[by]
    const theirs = refusalBySynapse(made, by, answer)
    tally.decisions++
    if (ours === undefined) tally.allowed++
    else count(tally.rules, ours.rule)
    if ((ours === undefined) === (theirs === undefined)) continue
    const disagreement: Disagreement = { made, by, ours, theirs }
    const known = knownDisagreements.find(({ explains }) => explains(disagreement))
    if (known === undefined) note(tally.unexplained, kindOf(disagreement), () => tell(disagreement, seed))
    else count(tally.excused, known.name)
  }
}

const kindOf = ({ by, ours, theirs }: Disagreement): string =>
  `by ${by}: we ${ours === undefined ? 'allow' : `refuse by ${ours.rule}`}, Synapse ${theirs === undefined ? 'allows' : `refuses: ${theirs.broke ?? ''} ${theirs.error?.replace(/'[^']*'|[0-9]+/g, '…')}`}`

/** All that one needs to look at it. */
const tell = ({ made, by, ours, theirs }: Disagreement, seed: number): string => {
  const cited =
    by === 'state' ? made.state : [...made.cited.map(({ event }) => event), ...(made.implied === undefined ? [] : [made.implied.event])]
  const said = (refusal: string | undefined): string => (refusal === undefined ? 'allow' : `refuse (${refusal})`)
  const lines = [made.event, ...cited].map(({ eventId, pdu }) => `    ${JSON.stringify({ eventId, ...pdu, hashes: undefined })}`)
  const theirReason = theirs === undefined ? undefined : [theirs.broke, theirs.error].filter(Boolean).join(': ')
  return `version ${made.version.id}, seed ${seed}, by ${by}: we ${said(ours && `${ours.rule}: ${ours.reason}`)}, Synapse: ${said(theirReason)}\n${lines.join('\n')}`
}
