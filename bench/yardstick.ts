/*
 * The yardstick, and a fixed file: figures are given as multiples of what this costs, so a change here would
 * change the meaning of every figure ever printed. It is the least that a Koa server can do for a message:
 * read the body, parse it, answer JSON. No router, no log.
 */
import type { AddressInfo } from 'node:net'
import Koa from 'koa'

const app = new Koa()

app.use(async (context) => {
  const chunks: Buffer[] = []
  for await (const chunk of context.req) chunks.push(chunk as Buffer)
  const content = JSON.parse(Buffer.concat(chunks).toString()) as { body: string }
  context.body = { event_id: `$${content.body.slice(0, 43)}` }
})

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
