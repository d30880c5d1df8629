import { createServer } from 'node:http'
import test from 'ava'
import { whoAmI } from '../spec/client/account.ts'
import { sendMessage } from '../spec/client/room-send.ts'
import { getMessages } from '../spec/client/timeline.ts'
import { createClient, pathOf } from './client.ts'
import { Unmet, Unreachable } from './expect.ts'
import { createWireLog } from './wire-log.ts'

test('parameters are encoded into the path, the rest becomes the query, the body neither', (t) => {
  t.is(
    pathOf(sendMessage, { roomId: '!a/b:c', eventType: 'm.x', txnId: 'ü?', body: { a: 1 } }),
    '/_matrix/client/v3/rooms/!a%2Fb%3Ac/send/m.x/%C3%BC%3F',
  )
  t.is(pathOf(getMessages, { roomId: '!a', dir: 'b', limit: 3, from: undefined }), '/_matrix/client/v3/rooms/!a/messages?dir=b&limit=3')
})

/** A server that always answers the same. */
const answering = async (status: number, body: unknown): Promise<{ baseUrl: string; stop: () => void }> => {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('a good answer is given, and noted with the token left out', async (t) => {
  const { baseUrl, stop } = await answering(200, { user_id: '@a:b' })
  const log = createWireLog()
  t.deepEqual(await createClient({ baseUrl, log }).as('secret').ok(whoAmI, {}), { user_id: '@a:b' })
  t.like(log.exchanges[0], { method: 'GET', status: 200, authorized: true, operation: 'GET /_matrix/client/v3/account/whoami' })
  t.false(JSON.stringify(log).includes('secret'))
  stop()
})

test('an answer that breaks the contract, or another status, is not met', async (t) => {
  const broken = await answering(200, { user_id: 'a' })
  const client = createClient({ baseUrl: broken.baseUrl, log: createWireLog() }).as('x')
  await t.throwsAsync(client.ok(whoAmI, {}), { instanceOf: Unmet, message: /breaks the contract/ })
  await t.throwsAsync(client.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN'), { instanceOf: Unmet, message: /expected 401/ })
  broken.stop()
})

test('a refusal must have the status and the errcode', async (t) => {
  const { baseUrl, stop } = await answering(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Who?' })
  const client = createClient({ baseUrl, log: createWireLog() }).as('x')
  t.is((await client.refused(whoAmI, {}, 401, 'M_UNKNOWN_TOKEN')).errcode, 'M_UNKNOWN_TOKEN')
  await t.throwsAsync(client.refused(whoAmI, {}, 401, 'M_MISSING_TOKEN'), { instanceOf: Unmet })
  await t.throwsAsync(client.refused(whoAmI, {}, [400, 403], 'M_UNKNOWN_TOKEN'), { instanceOf: Unmet })
  stop()
})

test('a server that is gone is unreachable', async (t) => {
  const { baseUrl, stop } = await answering(200, {})
  stop()
  await t.throwsAsync(createClient({ baseUrl, log: createWireLog() }).as('x').ok(whoAmI, {}), { instanceOf: Unreachable })
})
