import test from 'ava'
import fc from 'fast-check'
import { createReplyReader } from './reply-reader.ts'

const read = (chunks: readonly Buffer[], end = false): { status: number; text: string }[] => {
  const replies: { status: number; text: string }[] = []
  const reader = createReplyReader(({ status, body }) => replies.push({ status, text: body.toString() }))
  for (const chunk of chunks) reader.push(chunk)
  if (end) reader.end()
  return replies
}

const STREAM = Buffer.from(
  [
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 11\r\n\r\n{"ä":"ö"}',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nMatr\r\nA;x=y\r\nix is here\r\n0\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  ].join(''),
)
const EXPECTED = [
  { status: 200, text: '{"ä":"ö"}' },
  { status: 403, text: 'Matrix is here' },
  { status: 204, text: '' },
  { status: 200, text: '' },
]

test('replies are cut the same wherever the network cuts the stream', (t) => {
  t.deepEqual(read([STREAM]), EXPECTED)
  const cuts = fc.array(fc.nat(STREAM.length), { maxLength: 12 })
  const property = fc.property(cuts, (places) => {
    const edges = [0, ...places.sort((a, b) => a - b), STREAM.length]
    t.deepEqual(read(edges.slice(1).map((edge, index) => STREAM.subarray(edges[index], edge))), EXPECTED)
  })
  t.notThrows(() => fc.assert(property, { numRuns: 300 }))
})

test('a reply without a length ends with the stream, and not before', (t) => {
  const chunk = Buffer.from('HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nhalf')
  t.deepEqual(read([chunk]), [])
  t.deepEqual(read([chunk, Buffer.from(' and half')], true), [{ status: 500, text: 'half and half' }])
})

test('a stream that ends within a reply gives no reply', (t) => {
  t.deepEqual(read([STREAM.subarray(0, 70)], true), [])
})
