import { createSigningKey } from '../protocol/signing.ts'
import { openServerIdentity, renewIncarnation } from './server-identity.ts'
import { forEachEngine } from './test-database.ts'

forEachEngine('a server decides who it is at its first start and stays that', async (t, database) => {
  const first = await openServerIdentity({ database, serverName: 'hs' })
  t.true(first.fresh)
  t.regex(first.incarnation, /^[0-9a-z]{8}$/)
  t.regex(first.keyId, /^ed25519:a_[0-9A-Za-z]{4}$/)
  t.is(createSigningKey({ keyId: first.keyId, seed: first.signingKeySeed }).keyId, first.keyId)
  t.deepEqual(await openServerIdentity({ database, serverName: 'hs' }), { ...first, fresh: false })
})

forEachEngine('another name than the first one is refused with the reason', async (t, database) => {
  await openServerIdentity({ database, serverName: 'hs' })
  await t.throwsAsync(openServerIdentity({ database, serverName: 'other' }), { message: /server "hs".*cannot be changed.*"other"/ })
})

forEachEngine('a new incarnation changes nothing else', async (t, database) => {
  const { incarnation, ...first } = await openServerIdentity({ database, serverName: 'hs' })
  await database.write(({ query }) => renewIncarnation(query))
  const { incarnation: renewed, ...second } = await openServerIdentity({ database, serverName: 'hs' })
  t.not(renewed, incarnation)
  t.deepEqual(second, { ...first, fresh: false })
})
