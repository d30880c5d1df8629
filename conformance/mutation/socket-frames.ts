import type { Duplex } from 'node:stream'

/** RFC 6455: a frame as a server sends it, unmasked and whole. */
const framed = (payload: Buffer): Buffer => {
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255])
        : Buffer.concat([Buffer.from([0x81, 127]), bigLength(payload.length)])
  return Buffer.concat([head, payload])
}

/** A close frame with the code 1000. */
const normalClosure = Buffer.from([0x88, 2, 0x03, 0xe8])

const bigLength = (length: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return bytes
}

/**
 * Passes on what a server sends on an upgraded connection; each text message goes through `change` first, which gives the messages to
 * send in its place. Other frames pass as they are, but a close says 1000 where `changeClose` wants it.
 */
export const relayFrames = (
  from: Duplex,
  to: Duplex,
  change: (text: string) => readonly string[],
  changeClose: () => boolean = () => false,
): void => {
  let held: Buffer = Buffer.alloc(0)
  from.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    for (let frame = nextFrame(held); frame !== undefined; frame = nextFrame(held)) {
      const whole = held.subarray(0, frame.end)
      held = held.subarray(frame.end)
      if (whole[0] === 0x88 && changeClose()) to.write(normalClosure)
      else if (whole[0] !== 0x81) to.write(whole)
      else for (const text of change(whole.subarray(frame.start).toString())) to.write(framed(Buffer.from(text)))
    }
  })
}

const nextFrame = (bytes: Buffer): { start: number; end: number } | undefined => {
  const short = (bytes[1] ?? 0) & 127
  const start = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < start) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  return bytes.length < start + length ? undefined : { start, end: start + length }
}
