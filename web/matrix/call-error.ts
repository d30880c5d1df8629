/** What a server said no with, or that it could not be reached (`status` 0). */
export class CallError extends Error {
  readonly status: number
  readonly errcode: string
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs: number | undefined
  /** The answer's whole body: the flows of interactive authentication, for instance. */
  readonly body: { readonly [key: string]: unknown }

  constructor(status: number, body: { readonly [key: string]: unknown }) {
    super(typeof body['error'] === 'string' ? body['error'] : `status ${status}`)
    this.name = 'CallError'
    this.status = status
    this.body = body
    this.errcode = typeof body['errcode'] === 'string' ? body['errcode'] : ''
    this.retryAfterMs = typeof body['retry_after_ms'] === 'number' ? body['retry_after_ms'] : undefined
  }
}

/** Whether the same call may succeed later: no answer, a struggling server, too many calls. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof CallError) || error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500
