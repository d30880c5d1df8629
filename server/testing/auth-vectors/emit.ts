import { writeFileSync } from 'node:fs'
import { citationCases } from './citations.ts'
import { creationCases } from './creation.ts'
import { inviteCases } from './invites.ts'
import { joinCases } from './joins.ts'
import { levelValueCases } from './level-values.ts'
import { levelCases } from './levels.ts'
import { removalCases } from './removals.ts'
import { type Case, commonState } from './room.ts'
import { sendingCases } from './sending.ts'

const cases: readonly Case[] = [
  ...creationCases,
  ...citationCases,
  ...joinCases,
  ...inviteCases,
  ...removalCases,
  ...sendingCases,
  ...levelCases,
  ...levelValueCases,
]

const lines = (items: readonly unknown[]): string => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')

/** `spec/vectors/auth-rules.json` as these tables make it, a case a line. */
export const authRuleVectors = (): string => `{
  "description": "Events, what judges them, and the rule of each room version that rejects or allows them. README.md says how to read a case.",
  "source": "this project, after Matrix specification v1.19: rooms/v1/#authorisation-rules, and so on to rooms/v12/#authorisation-rules",
  "state": [
${lines(commonState)}
  ],
  "cases": [
${lines(cases)}
  ]
}
`

/** Where they lie. */
export const authRuleVectorsFile = new URL('../../../spec/vectors/auth-rules.json', import.meta.url)

if (import.meta.main) writeFileSync(authRuleVectorsFile, authRuleVectors())
