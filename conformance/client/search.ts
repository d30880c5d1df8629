import { putProfileField } from '../../spec/client/profile.ts'
import { searchUsers } from '../../spec/client/search.ts'
import { check, type Feature } from '../check.ts'
import { equal, matches, sameMembers } from '../expect.ts'
import { eventually } from '../sync-until.ts'

const needs: readonly Feature[] = ['user-directory']

export const searchChecks = [
  check(
    'search/people-by-name',
    { clause: searchUsers, needs },
    'Somebody one shares a room with is found by display name, whatever the case.',
    async ({ people, unique, patience }) => {
      const [alice, bob] = await people('alice', 'bob')
      const word = unique('wolfgang').replaceAll('-', '')
      await bob.ok(putProfileField, { userId: bob.userId, keyName: 'displayname', body: { displayname: `${word} Amadeus` } })
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      await bob.join(roomId)
      const results = await eventually(patience, 'somebody of that name', async () => {
        const { results } = await alice.ok(searchUsers, { body: { search_term: word.toUpperCase() } })
        return results.length > 0 && results
      })
      equal(
        results.map((user) => user.user_id),
        [bob.userId],
        'The people',
      )
      matches(results[0], { display_name: `${word} Amadeus` }, 'The result')
    },
  ),
  check(
    'search/people-by-user-id',
    { clause: searchUsers, needs },
    'Somebody one shares a room with is found by localpart.',
    async ({ room, patience }) => {
      const [, alice, bob] = await room('alice', 'bob')
      const results = await eventually(patience, 'somebody of that localpart', async () => {
        const { results } = await alice.ok(searchUsers, { body: { search_term: bob.localpart } })
        return results.some((user) => user.user_id === bob.userId) && results
      })
      sameMembers(
        results.map((user) => user.user_id),
        [bob.userId],
        'The people',
      )
    },
  ),
  check(
    'search/people-limited',
    { clause: searchUsers, needs },
    'The limit is obeyed, and the answer says that there are more.',
    async ({ people, unique, patience }) => {
      const all = await people('alice', 'bob', 'carol', 'dave')
      const [alice, ...others] = all
      const word = unique('ludwig').replaceAll('-', '')
      const roomId = await alice.createRoom({ preset: 'public_chat' })
      for (const { ok, userId, join } of others) {
        await ok(putProfileField, { userId, keyName: 'displayname', body: { displayname: word } })
        await join(roomId)
      }
      const search = (limit: number) => alice.ok(searchUsers, { body: { search_term: word, limit } })
      await eventually(patience, 'all three', async () => (await search(10)).results.length === 3)
      const two = await search(2)
      equal([two.results.length, two.limited], [2, true], 'Number and limited')
      equal((await search(10)).limited, false, 'limited of them all')
    },
  ),
  check(
    'search/people-without-a-term',
    { clause: searchUsers, needs },
    'A search for nothing is an error of the caller.',
    async ({ people }) => {
      const [alice] = await people('alice')
      await alice.refused(searchUsers, { body: {} }, 400, ['M_MISSING_PARAM', 'M_BAD_JSON', 'M_INVALID_PARAM', 'M_UNKNOWN'])
    },
  ),
]
