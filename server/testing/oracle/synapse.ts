import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EventId } from '../../../spec/identifiers.ts'
import { type AuthCase, eventsOf } from './auth-case.ts'
import { wirePdu } from './forge.ts'

/** What one of Synapse's functions said: `broke`: it failed with an exception of Python instead. */
export interface Said {
  readonly allowed: boolean
  readonly error?: string
  readonly broke?: string
}

/** Its verdicts on one event. `misnamed`: events whose ID it computes otherwise, with that ID. */
export interface SynapseVerdicts {
  readonly misnamed: readonly (readonly [ours: EventId, theirs: EventId])[]
  /** Why it cannot even read the event; then there is nothing else. */
  readonly unreadable?: string
  /** On what the event is by itself, signatures among that. */
  readonly form: Said
  /** On which events it cites. */
  readonly citing: Said
  /** By the events that it cites. */
  readonly cited: Said
  /** By the state. */
  readonly state: Said
}

/** The driver of conformance/oracle, under way. Ask many things at once: it answers in order. */
export interface Synapse {
  readonly ask: <Answer>(request: { readonly kind: string; readonly [key: string]: unknown }) => Promise<Answer>
  readonly stop: () => Promise<void>
}

const driver = join(import.meta.dirname, '..', '..', '..', 'conformance', 'oracle', 'driver.py')

/** Starts the driver. @param python a Python that has matrix-synapse */
export const startSynapse = (python: string): Synapse => {
  const child: ChildProcess = spawn(python, [driver], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = []
  let end: Error | undefined
  const ended = new Promise<void>((resolve) => {
    const endBy = (why: string) => (): void => {
      end ??= new Error(why)
      for (const { reject } of waiting.splice(0)) reject(end)
      resolve()
    }
    child.on('error', endBy(`The driver cannot be started with ${python}.`))
    child.on('close', endBy('The driver has ended; its standard error says why.'))
    // What cannot be written any more, the end tells.
    child.stdin!.on('error', () => {})
  })
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const asked = waiting.shift()
    const answer = JSON.parse(line)
    if (typeof answer.broke === 'string') asked?.reject(new Error(`The driver failed: ${answer.broke}`))
    else asked?.resolve(answer)
  })
  return {
    ask: <Answer>(request: object) =>
      new Promise<Answer>((resolve, reject) => {
        if (end !== undefined) return reject(end)
        waiting.push({ resolve: resolve as (answer: unknown) => void, reject })
        child.stdin!.write(`${JSON.stringify(request)}\n`)
      }),
    stop: async () => {
      child.stdin!.end()
      await ended
    },
  }
}

/** The question for a case. */
export const authRequest = (made: AuthCase): { kind: string } => {
  const { version, event, cited, implied, state } = made
  const absent = implied?.rejected ? [implied.event.eventId] : []
  return {
    kind: 'auth',
    version: version.id,
    id: event.eventId,
    pdu: wirePdu(version, event),
    events: Object.fromEntries([...eventsOf(made)].map(([eventId, one]) => [eventId, wirePdu(version, one)])),
    rejected: [...absent, ...cited.filter(({ rejected }) => rejected).map((one) => one.event.eventId)],
    ...(implied !== undefined && { implied: implied.event.eventId }),
    state: state.map(({ eventId }) => eventId),
  } as { kind: string }
}
