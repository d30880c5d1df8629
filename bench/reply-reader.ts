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

/** Bytes in the order they came; joined only when somebody looks at them. */
const createByteQueue = () => {
  let parts: Buffer[] = []
  let size = 0
  const joined = (): Buffer => {
    if (parts.length !== 1) parts = [Buffer.concat(parts)]
    return parts[0] as Buffer
  }
  return {
    push(chunk: Buffer): void {
      parts.push(chunk)
      size += chunk.length
    },
    size: () => size,
    joined,
    /** Takes the first `length` bytes out. */
    take(length: number): Buffer {
      const bytes = joined()
      parts = length < bytes.length ? [bytes.subarray(length)] : []
      size = bytes.length - length
      return bytes.subarray(0, length)
    },
  }
}

/** Reads HTTP/1.1 replies with a length, chunked, or ended by the close, and hands each to `onReply`. */
export const createReplyReader = (onReply: (reply: Reply) => void): ReplyReader => {
  const queue = createByteQueue()
  let head: Head | undefined

  /** The next whole reply of what has come; `undefined` when more bytes are needed. */
  const next = (): { status: number; body: Buffer } | undefined => {
    if (queue.size() === 0) return undefined
    head ??= parseHead(queue.joined())
    if (!head || head.body === 'to-close') return undefined
    const { status, length } = head
    if (head.body === 'chunked') {
      const decoded = decodeChunked(queue.joined(), length)
      if (!decoded) return undefined
      queue.take(decoded.end)
      head = undefined
      return { status, body: decoded.body }
    }
    const end = length + head.body
    if (queue.size() < end) return undefined
    head = undefined
    return { status, body: queue.take(end).subarray(length) }
  }

  return {
    push(chunk) {
      const arrivedAt = performance.now()
      queue.push(chunk)
      // A status below 200 only announces the reply.
      for (let reply = next(); reply; reply = next()) if (reply.status >= 200) onReply({ ...reply, arrivedAt })
    },
    end() {
      if (head?.body !== 'to-close') return
      const { status, length } = head
      head = undefined
      onReply({ status, body: queue.take(queue.size()).subarray(length), arrivedAt: performance.now() })
    },
  }
}
