import type { UserId } from '../../spec/identifiers.ts'
import type { Database } from '../storage/database.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { createUserSearchStore } from '../storage/user-search.ts'
import { testDeeds } from './test-deeds.ts'
import { createSearchUsers } from './user-search.ts'

const alice: UserId = '@alice:hs'

async function search(database: Database, searchAllUsers: boolean) {
  const deeds = testDeeds(database)
  database.onAnnounce((entries) => deeds.streams.publish(entries, database.head()))
  const searchUsers = createSearchUsers({
    store: createUserSearchStore(database),
    identifiers: deeds.identifiers,
    streams: deeds.streams,
    searchAllUsers,
  })
  const find = async (term: string, limit = 10) => {
    const { people, limited } = await searchUsers(alice, term, limit)
    return [...people.map(({ userId }) => userId.slice(1, -3)), ...(limited ? ['…'] : [])]
  }
  const rename = (userId: UserId, name: unknown) =>
    database.write(async (tx) => {
      await deeds.profiles.set(tx, userId, 'displayname', name)
      tx.announce({ kind: 'profile', pos: await tx.position(), userId })
    })
  return { deeds, find, rename }
}

forEachEngine('people are found by the beginnings of words, whatever case and accents, the best first', async (t, database) => {
  const { deeds, find, rename } = await search(database, true)
  await deeds.signUp('alice', 'bob.stone', 'bobby', 'zoe', 'visitor-1')
  await rename('@zoe:hs', 'Zoë Straße-Bob')
  t.deepEqual(await find('BOB'), ['bob.stone', 'bobby', 'zoe'])
  t.deepEqual(await find('bobby'), ['bobby'])
  t.deepEqual(await find('zoe stras'), ['zoe'])
  t.deepEqual(await find('STRASSE'), ['zoe'])
  t.deepEqual(await find('@zoe:hs'), ['zoe'])
  t.deepEqual(await find('straße-b'), ['zoe'])
  t.deepEqual(await find('zoë straße-bob'), ['zoe'])
  t.deepEqual(await find('tone'), [])
  t.deepEqual(await find('visitor'), [])
  t.deepEqual(await find('b', 2), ['bob.stone', 'bobby', '…'])
  await rename('@bobby:hs', 'Robert')
  t.deepEqual(await find('robert'), ['bobby'])
  await deeds.signUp('bobo')
  t.true((await find('bobo')).includes('bobo'))
  await database.write(async (tx) => {
    await deeds.accounts.deactivate(tx, '@bobo:hs', false, 1)
  })
  t.deepEqual(await find('bobo'), [])
  await rename('@bobby:hs', { not: 'text' })
  t.deepEqual(await find('bobby'), ['bobby'])
})

forEachEngine('where not everybody is shown, those are found whom one shares a room with or could meet', async (t, database) => {
  const { deeds, find } = await search(database, false)
  const [, bob, carol, dave] = await deeds.signUp('alice', 'bob', 'carol', 'dave')
  t.deepEqual(await find(''), ['alice'])
  const shared = await deeds.createRoom(alice, { invite: [bob!] })
  t.deepEqual(await find('bob'), [])
  await deeds.members.join(shared, bob!)
  t.deepEqual(await find('bob'), ['bob'])
  await deeds.createRoom(carol!, { preset: 'public_chat' })
  t.deepEqual(await find('carol'), ['carol'])
  await deeds.createRoom(dave!, {})
  t.deepEqual(await find('dave'), [])
  await deeds.createRoom(dave!, { preset: 'private_chat', visibility: 'public' })
  t.deepEqual(await find('dave'), ['dave'])
})
