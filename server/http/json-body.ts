import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { HangUp } from './hang-ups.ts'

interface Needs {
  /** Parses JSON text, and keeps its numbers as they are written where asked. @throws M_NOT_JSON, M_BAD_JSON */
  readonly parseJson: (text: string, options?: { readonly integers?: 'written' }) => unknown
  /** The most bytes a body may have. */
  readonly limit: number
}

/**
 * Reads the body as one JSON object; the Content-Type is not looked at, as clients in the field often send none.
 * `undefined`: the body is empty.
 * @throws M_TOO_LARGE before anything is buffered where the length is announced, else as soon as the limit is passed
 * @throws M_NOT_JSON for text that is not JSON or not UTF-8
 * @throws M_BAD_JSON when the body is JSON but no object
 */
export type ReadJsonBody = (request: IncomingMessage, canonical?: boolean) => Promise<JsonObject | undefined>

/** How much of a body that is refused is still read and thrown away, as a multiple of the limit, so that its sender reads the answer. */
const drainFactor = 8

export const createReadJsonBody =
  ({ parseJson, limit }: Needs): ReadJsonBody =>
  async (request, canonical = false) => {
    const announced = request.headers['content-length']
    if (announced !== undefined && Number(announced) > limit) throw refuse(request, limit)
    const bytes = await collect(request, limit)
    if (bytes.length === 0) return undefined
    if (!isUtf8(bytes)) throw new MatrixError('M_NOT_JSON', 'Send the body as UTF-8.')
    const value = canonical ? parseJson(bytes.toString('utf8'), asWritten) : parseJson(bytes.toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new MatrixError('M_BAD_JSON', 'Send a JSON object as the body.')
    }
    return value as JsonObject
  }

const asWritten = { integers: 'written' } as const
const nothing: Buffer = Buffer.alloc(0)

const collect = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] | undefined
    let only = nothing
    let size = 0
    request.on('data', (chunk: Buffer) => {
      if (size > limit) return
      size += chunk.length
      if (size > limit) {
        chunks = undefined
        only = nothing
        reject(refuse(request, limit))
      } else if (size === chunk.length) only = chunk
      else (chunks ??= [only]).push(chunk)
    })
    request.on('end', () => resolve(chunks === undefined ? only : Buffer.concat(chunks, size)))
    request.on('error', () => reject(new HangUp()))
  })

/** Lets the rest of the body pass unkept, within bounds: an answer sent into a closed connection would not be read. */
const refuse = (request: IncomingMessage, limit: number): MatrixError => {
  let drained = 0
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > limit * drainFactor) request.destroy()
  })
  return new MatrixError('M_TOO_LARGE', `Send at most ${limit} bytes.`)
}
