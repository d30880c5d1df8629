import { errcodes, type Errcode } from '../../spec/errors.ts'

/** What a client is told: an errcode, one sentence that says what to do, and the fields that some errcodes carry. */
export class MatrixError extends Error {
  override name = 'MatrixError'
  readonly status: number
  readonly errcode: Errcode
  /** Further keys of the error body, such as `retry_after_ms` or `soft_logout`. */
  readonly fields: { readonly [name: string]: unknown }
  constructor(
    errcode: Errcode,
    message: string,
    options: { status?: number; fields?: { readonly [name: string]: unknown }; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.errcode = errcode
    this.status = options.status ?? errcodes[errcode]
    this.fields = options.fields ?? {}
  }
}

/** Why a rule refuses: the number of the rule in the room version's text, and the reason in a sentence. */
export interface Rejection {
  readonly rule: string
  readonly reason: string
}
