/** One request and its answer, as they were on the wire, with secrets masked. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** The contract's path, with its `:names`; `undefined` for a path outside the contract. */
  readonly operation: string | undefined
  readonly requestBody: string | undefined
  readonly authorized: boolean
  /** 0 when no answer came. */
  readonly status: number
  readonly responseBody: string
  readonly milliseconds: number
}

/** What one check said and heard, in order. */
export interface WireLog {
  readonly exchanges: Exchange[]
}

export const createWireLog = (): WireLog => ({ exchanges: [] })

const secretKeys = /"(access_token|refresh_token|password|new_password|mac|token|login_token)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g

/** The text with the values of keys that hold secrets replaced by `•••`. */
export const masked = (text: string): string => text.replace(secretKeys, '"$1"$2"•••"')

/** The text, cut to what a report should carry. */
export const clipped = (text: string, length = 4000): string =>
  text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A command that repeats the request; the token is left to the reader's `$TOKEN`. */
export const asCurl = ({ method, url, requestBody, authorized }: Exchange): string =>
  [
    'curl -sS',
    method === 'GET' ? '' : `-X ${method}`,
    authorized ? '-H "Authorization: Bearer $TOKEN"' : '',
    requestBody === undefined ? '' : `-H 'Content-Type: application/json' --data-raw ${quoted(requestBody)}`,
    quoted(url),
  ]
    .filter((part) => part !== '')
    .join(' ')
