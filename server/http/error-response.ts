import { MatrixError } from '../protocol/errors.ts'
import { HangUp } from './hang-ups.ts'

/** An error as HTTP. */
export interface ErrorResponse {
  readonly status: number
  /** JSON text. */
  readonly body: string
  /** Seconds, for the Retry-After header. */
  readonly retryAfter: number | undefined
}

interface Needs {
  /** Told of each error that is not the caller's, once. */
  readonly reportError: (error: unknown, where: string) => void
}

/**
 * Turns anything thrown into HTTP; `undefined` when nobody is left to answer.
 * What is not a MatrixError is reported and leaves as a wordless 500. client-server-api/#standard-error-response
 * @param where method and route, for the report; never the URL, which names people and rooms
 */
export type RespondToError = (error: unknown, where: string) => ErrorResponse | undefined

const unknownError: ErrorResponse = {
  status: 500,
  body: JSON.stringify({ errcode: 'M_UNKNOWN', error: 'Internal server error.' }),
  retryAfter: undefined,
}

export const createRespondToError =
  ({ reportError }: Needs): RespondToError =>
  (error, where) => {
    if (error instanceof HangUp) return undefined
    if (!(error instanceof MatrixError)) {
      reportError(error, where)
      return unknownError
    }
    const { retry_after_ms: wait } = error.fields
    return {
      status: error.status,
      body: JSON.stringify({ errcode: error.errcode, error: error.message, ...error.fields }),
      retryAfter: typeof wait === 'number' ? Math.ceil(wait / 1000) : undefined,
    }
  }
