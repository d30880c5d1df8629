/** One HTTP reply. `arrivedAt`: milliseconds on the clock of `performance.now()`, when its last byte was read. */
export interface Reply {
  readonly status: number
  readonly body: Buffer
  readonly arrivedAt: number
}

/** Cuts a byte stream into replies; `push` takes each chunk, `end` the close of the stream. */
export interface ReplyReader {
  push(chunk: Buffer): void
  end(): void
}

interface Head {
  status: number
  /** Bytes up to and with the empty line. */
  length: number
  /** Bytes of the body; `chunked` or `to-close` where the head does not say. */
  body: number | 'chunked' | 'to-close'
}

const parseHead = (bytes: Buffer): Head | undefined => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const text = bytes.toString('latin1', 0, end)
  const status = Number(text.slice(9, 12))
  const length = end + 4
  if (status < 200 || status === 204 || status === 304) return { status, length, body: 0 }
  const contentLength = /\r\ncontent-length: *(\d+)/i.exec(text)
  if (contentLength) return { status, length, body: Number(contentLength[1]) }
  return { status, length, body: /\r\ntransfer-encoding: *chunked/i.test(text) ? 'chunked' : 'to-close' }
}

/** The body of a chunked reply and where it ends; `undefined` while bytes are missing. Trailers are not expected. */
const decodeChunked = (bytes: Buffer, start: number): { body: Buffer; end: number } | undefined => {
  const parts: Buffer[] = []
  let at = start
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (Number.isNaN(size)) throw new Error('The server sent a chunk without a size')
    if (bytes.length < next) return undefined
    if (size === 0) return { body: Buffer.concat(parts), end: next }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}

/** Reads HTTP/1.1 replies with a length, chunked, or ended by the close, and hands each to `onReply`. */
export const createReplyReader = (onReply: (reply: Reply) => void): ReplyReader => {
  let head: Head | undefined
  let parts: Buffer[] = []
  let held = 0

  const joined = (): Buffer => {
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
    parts = [bytes]
    return bytes
  }
  const cut = (bytes: Buffer, end: number): void => {
    head = undefined
    parts = end < bytes.length ? [bytes.subarray(end)] : []
    held = bytes.length - end
  }
  /** Takes one reply out of what is held; false when more bytes are needed. */
  const takeOne = (arrivedAt: number): boolean => {
    if (held === 0) return false
    head ??= parseHead(joined())
    if (!head || head.body === 'to-close') return false
    const { status, length } = head
    if (head.body === 'chunked') {
      const bytes = joined()
      const decoded = decodeChunked(bytes, length)
      if (!decoded) return false
      cut(bytes, decoded.end)
      onReply({ status, body: decoded.body, arrivedAt })
      return true
    }
    const end = length + head.body
    if (held < end) return false
    const bytes = joined()
    cut(bytes, end)
    if (status >= 200) onReply({ status, body: bytes.subarray(length, end), arrivedAt })
    return true
  }

  return {
    push(chunk) {
      const arrivedAt = performance.now()
      parts.push(chunk)
      held += chunk.length
      while (takeOne(arrivedAt));
    },
    end() {
      if (head?.body !== 'to-close') return
      const { status, length } = head
      const bytes = joined()
      cut(bytes, bytes.length)
      onReply({ status, body: bytes.subarray(length), arrivedAt: performance.now() })
    },
  }
}
