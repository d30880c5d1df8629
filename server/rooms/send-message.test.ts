import { createAnnotationStore } from '../storage/annotations.ts'
import { forEachEngine } from '../storage/test-database.ts'
import type { UserId } from '../../spec/identifiers.ts'
import { createSendMessage } from './send-message.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'

forEachEngine('a mark on a message is set once, at once or later, until it is taken back', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  const roomId = await deeds.createRoom(alice, {})
  const sendMessage = createSendMessage({ ...deeds, annotations: createAnnotationStore(database) })
  let txn = 0
  const send = (type: string, content: { [key: string]: unknown }) =>
    sendMessage({ roomId, sender: alice, type, content }, { deviceNid: 1, txnId: `${txn++}` })
  const target = await send('m.room.message', { msgtype: 'm.text', body: 'x' })
  const react = (key: string) => send('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } })
  const results = await Promise.allSettled([react('👍'), react('👍'), react('👎')])
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  await t.throwsAsync(react('👍'), { message: /same key/ })
  const reaction = (results[0] as PromiseFulfilledResult<`$${string}`>).value
  const redaction = await send('m.room.redaction', { redacts: reaction })
  t.is((await deeds.events.byId(redaction))?.redacts, reaction)
  t.regex(await react('👍'), /^\$/)
  await t.throwsAsync(send('m.room.redaction', { redacts: 7 }), { message: /"redacts"/ })
})
