import type { UserId } from '../../spec/identifiers.ts'
import type { InteractiveAuth as AuthDict } from '../../spec/interactive-auth.ts'
import { MatrixError } from '../protocol/errors.ts'
import { hashSecret, newSecret } from './secret-token.ts'

/** What can be proven here. client-server-api/#authentication-types */
export type Stage = 'm.login.dummy' | 'm.login.password' | 'm.login.registration_token'

/** A request that wants a proof. */
export interface Attempt {
  /** What is to be done, and to what; a session is good for the operation it was opened for alone. */
  readonly operation: string
  /** What of the request, beside `auth`, must not change while it is proven. */
  readonly body: unknown
  /** Who calls; `undefined` where nobody is logged in. */
  readonly userId: UserId | undefined
  /** Any one of these suffices; the stages of one go in order. */
  readonly flows: readonly (readonly Stage[])[]
  readonly auth: AuthDict | undefined
}

/** What each stage has proven: the user of a password, the registration token, nothing for the dummy. */
export type Proofs = ReadonlyMap<Stage, string>

/**
 * Judges one stage.
 * @throws M_FORBIDDEN or M_UNAUTHORIZED when it fails and may be tried again; other errors leave as they are
 */
export type JudgeStage = (auth: AuthDict, attempt: Attempt) => Promise<string>

/** User-interactive authentication. client-server-api/#user-interactive-authentication-api */
export interface InteractiveAuth {
  /** The proofs of a complete flow, whose session ends thereby. @throws 401 with flows and session until there is one */
  prove(attempt: Attempt): Promise<Proofs>
  /** How many sessions that are under way have proven `proof` at `stage`. */
  countProven(stage: Stage, proof: string): number
}

interface Needs {
  readonly judges: { readonly [S in Stage]: JudgeStage }
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Milliseconds that a session lives. */
  readonly lifetime?: number
  /** How many sessions are kept at most; the oldest go first. */
  readonly capacity?: number
}

interface Session {
  readonly id: string
  readonly binding: string
  readonly expires: number
  readonly proofs: Map<Stage, string>
}

const bindingOf = ({ operation, body, userId }: Attempt): string => hashSecret(JSON.stringify([operation, userId ?? null, body]))

const isComplete = (flows: Attempt['flows'], proofs: Proofs): boolean => flows.some((stages) => stages.every((stage) => proofs.has(stage)))

/** Whether a flow, as far as it has been proven in order, goes on with `type`. */
const isNext = (flows: Attempt['flows'], proofs: Proofs, type: string): type is Stage =>
  flows.some((stages) => stages.find((stage) => !proofs.has(stage)) === type)

/** The 401 that asks for a stage. It carries an errcode only if one has failed: a client shows those to people. */
const challenge = ({ flows }: Attempt, session: Session, failure?: MatrixError): MatrixError =>
  new MatrixError('M_UNAUTHORIZED', 'Further proof of who you are is needed.', {
    status: 401,
    fields: {
      errcode: failure?.errcode,
      error: failure?.message,
      flows: flows.map((stages) => ({ stages })),
      params: {},
      session: session.id,
      completed: [...session.proofs.keys()],
    },
    cause: failure,
  })

const createSessions = (now: () => number, lifetime: number, capacity: number) => {
  // All live equally long, so the order of insertion is the order of expiry.
  const sessions = new Map<string, Session>()
  const dropExpired = () => {
    const time = now()
    for (const { id, expires } of sessions.values()) {
      if (expires > time && sessions.size < capacity) return
      sessions.delete(id)
    }
  }
  return {
    open(attempt: Attempt): Session {
      dropExpired()
      const session: Session = { id: newSecret('session'), binding: bindingOf(attempt), expires: now() + lifetime, proofs: new Map() }
      sessions.set(session.id, session)
      return session
    },
    find(id: string): Session | undefined {
      const session = sessions.get(id)
      return session !== undefined && session.expires > now() ? session : undefined
    },
    close: (id: string) => sessions.delete(id),
    all: () => {
      dropExpired()
      return sessions.values()
    },
  }
}

export const createInteractiveAuth = ({ judges, now, lifetime = 15 * 60_000, capacity = 10_000 }: Needs): InteractiveAuth => {
  const sessions = createSessions(now, lifetime, capacity)

  /** The attempt's session, or a new one where it names none. */
  const sessionOf = (attempt: Attempt): Session => {
    const id = attempt.auth?.session
    if (id === undefined) return sessions.open(attempt)
    const session = sessions.find(id)
    if (session === undefined) {
      throw challenge(attempt, sessions.open(attempt), new MatrixError('M_UNAUTHORIZED', 'This has taken too long; begin again.'))
    }
    if (session.binding !== bindingOf(attempt)) {
      throw new MatrixError('M_FORBIDDEN', 'The request differs from the one this session was opened for; begin again without "session".')
    }
    return session
  }
  const judge = async (attempt: Attempt, session: Session, auth: AuthDict): Promise<void> => {
    const { type } = auth
    if (type === undefined || session.proofs.has(type as Stage)) return
    if (!isNext(attempt.flows, session.proofs, type)) {
      throw challenge(attempt, session, new MatrixError('M_UNAUTHORIZED', 'Take one of the flows, and its stages in order.'))
    }
    try {
      session.proofs.set(type, await judges[type](auth, attempt))
    } catch (error) {
      const retryable = error instanceof MatrixError && (error.status === 401 || error.status === 403)
      throw retryable ? challenge(attempt, session, error) : error
    }
  }

  return {
    async prove(attempt) {
      const session = sessionOf(attempt)
      if (attempt.auth === undefined) throw challenge(attempt, session)
      await judge(attempt, session, attempt.auth)
      if (!isComplete(attempt.flows, session.proofs)) throw challenge(attempt, session)
      // Two requests may get here at once with one session: the first takes it.
      if (!sessions.close(session.id)) {
        throw challenge(attempt, sessions.open(attempt), new MatrixError('M_UNAUTHORIZED', 'This session has been used; begin again.'))
      }
      return session.proofs
    },
    countProven(stage, proof) {
      let count = 0
      for (const { proofs } of sessions.all()) if (proofs.get(stage) === proof) count++
      return count
    },
  }
}
