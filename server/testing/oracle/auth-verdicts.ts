import { checkAuthEvents } from '../../protocol/auth-events.ts'
import { authorise } from '../../protocol/auth-rules.ts'
import type { Rejection } from '../../protocol/errors.ts'
import { judgedOf } from '../../protocol/judged.ts'
import { lookupIn } from '../../protocol/state-map.ts'
import type { AuthCase } from './auth-case.ts'
import type { Said, SynapseVerdicts } from './synapse.ts'

/** Both verdicts of our rules on a case: by what the event cites, and by the state. */
export interface Verdicts {
  readonly cited: Rejection | undefined
  readonly state: Rejection | undefined
}

/** What our rules say. */
export const judgeCase = ({ version, event, cited, implied, state }: AuthCase): Verdicts => {
  const { pdu, roomId } = event
  const judged = judgedOf(event)
  const evidence = { signedBy: (serverName: string) => Object.hasOwn(pdu.signatures, serverName) }
  const citing = { type: pdu.type, sender: pdu.sender, stateKey: pdu.state_key, content: pdu.content, roomId }
  const known = [...cited.map((one) => one.event), ...(implied === undefined || implied.rejected ? [] : [implied.event])]
  return {
    // Rule 1 has the last word on create events, whatever they cite.
    cited:
      (pdu.type === 'm.room.create' ? undefined : checkAuthEvents(version, citing, cited)) ??
      authorise(version, judged, lookupIn(known), evidence),
    state: authorise(version, judged, lookupIn(state), evidence),
  }
}

/** Synapse's part that refuses the event by what it cites, or by the state; `undefined` where all parts allow it. */
export const refusalBySynapse = (made: AuthCase, side: keyof Verdicts, answer: SynapseVerdicts): Said | undefined => {
  if (answer.unreadable !== undefined) return { allowed: false, error: answer.unreadable }
  const { form, citing, cited, state } = answer
  const isCreate = made.event.pdu.type === 'm.room.create'
  const parts = isCreate ? [form, citing] : side === 'cited' ? [form, citing, cited] : [form, state]
  return parts.find(({ allowed }) => !allowed)
}
