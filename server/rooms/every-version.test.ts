import type { EventId, RoomId, UserId } from '../../spec/identifiers.ts'
import { citedIds, type JsonObject, type Pdu } from '../protocol/event.ts'
import { checkFormat } from '../protocol/event-format.ts'
import { eventIdOf, referenceHash, roomIdOfCreate } from '../protocol/event-id.ts'
import { verifySignatures, withCheckedHash } from '../protocol/received-pdu.ts'
import { type RoomVersion, roomVersions } from '../protocol/room-versions.ts'
import { createVerifyKey, type VerifyKey } from '../protocol/signing.ts'
import { strictJson } from '../protocol/strict-json.ts'
import { parseWithWrittenNumbers } from '../protocol/written-numbers.ts'
import type { StoredEvent } from '../storage/stored-event.ts'
import { forEachEngine } from '../storage/test-database.ts'
import { testDeeds } from './test-deeds.ts'

const alice: UserId = '@alice:hs'
const idPatterns = {
  chosen: /^\$[A-Za-z0-9_-]{24}:hs$/,
  'standard-hash': /^\$[A-Za-z0-9+/]{43}$/,
  'url-safe-hash': /^\$[A-Za-z0-9_-]{43}$/,
}

type Deeds = ReturnType<typeof testDeeds>

const timelineOf = async ({ events, roomStates }: Deeds, roomId: RoomId): Promise<StoredEvent[]> =>
  events.inRoom({ roomNid: (await roomStates.open(roomId))!.nid, after: 0, upTo: 1e9, limit: 100, backwards: false })

/** What a peer would find wrong with the events, each by what was sent before it. */
const faults = (version: RoomVersion, publicKeys: readonly string[], timeline: readonly StoredEvent[]): string[] => {
  const keys = publicKeys.map((publicKey) => createVerifyKey(publicKey)!)
  const key: VerifyKey = { verify: (text, signature) => keys.some(({ verify }) => verify(text, signature)) }
  const hashes = new Map<string, string>()
  const found: string[] = []
  for (const { eventId, json, type, redactedBy } of timeline) {
    const pdu = strictJson(json, { integers: 'written' }) as Pdu & JsonObject
    const note = (fault: string | undefined) => fault === undefined || found.push(`${type}: ${fault}`)
    note(checkFormat(version, pdu))
    note(verifySignatures(version, pdu, () => ({ key, validUntilTs: 1e14, learntTs: 1e14 })))
    if (redactedBy === undefined && withCheckedHash(version, pdu) !== pdu) note('its hash is wrong')
    if (eventIdOf(version, pdu) !== eventId || !idPatterns[version.eventIdFormat].test(eventId)) note(`its ID is ${eventId}`)
    for (const citation of [...pdu.auth_events, ...pdu.prev_events]) {
      const [id, sha256] = typeof citation === 'string' ? [citation, undefined] : [citation[0], citation[1].sha256]
      if (!hashes.has(id) || (version.citesWithHashes && sha256 !== hashes.get(id))) note(`it cites ${id} by ${sha256}`)
    }
    hashes.set(eventId, referenceHash(version, pdu))
  }
  return found
}

for (const version of roomVersions) {
  forEachEngine(`a room of version ${version.id} is made, talked in and redacted in as its version has it`, async (t, database) => {
    const deeds = testDeeds(database)
    const { sendEvent } = deeds
    const [, bob] = await deeds.signUp('alice', 'bob')
    const roomId = await deeds.createRoom(alice, { version: version.id, preset: 'public_chat', name: 'Lab' })
    const say = (to: Deeds, sender: UserId, body: string) => to.sendEvent({ roomId, sender, type: 'm.room.message', content: { body } })
    await sendEvent({ roomId, sender: bob!, type: 'm.room.member', stateKey: bob!, content: { membership: 'join' } })
    const [first, second] = await Promise.all([say(deeds, alice, 'one'), say(deeds, bob!, 'two'), say(deeds, alice, 'three')])
    const redact = (sender: UserId, redacts: EventId) =>
      sendEvent({ roomId, sender, type: 'm.room.redaction', content: { reason: 'r' }, redacts })
    await redact(bob!, second.eventId)
    const byModerator = await redact(alice, first.eventId)
    t.deepEqual(byModerator.pdu.content, version.redactsInContent ? { reason: 'r', redacts: first.eventId } : { reason: 'r' })
    t.is(byModerator.pdu.redacts, version.redactsInContent ? undefined : first.eventId)
    await t.throwsAsync(redact(bob!, (await say(deeds, alice, 'four')).eventId), { message: /your own messages only/ })
    // The last message is an extremity that nobody remembers.
    const later = testDeeds(database)
    const resumed = await say(later, bob!, 'five')
    t.is(citedIds(resumed.pdu.prev_events).length, 1)

    const timeline = await timelineOf(later, roomId)
    const keys = [deeds.signingKey.publicKey, later.signingKey.publicKey]
    t.deepEqual(faults(version, keys, timeline), [])
    const create = timeline[0]!
    t.is(create.pdu.content['room_version'], version.id)
    t.is(create.pdu.content['creator'], version.creatorInContent ? alice : undefined)
    t.is(version.createOmitsRoomId ? roomIdOfCreate(create.eventId) : create.pdu.room_id, roomId)
    t.deepEqual(timeline.find(({ eventId }) => eventId === first.eventId)?.pdu.content, {})
    t.deepEqual(timeline.find(({ eventId }) => eventId === second.eventId)?.pdu.content, {})
  })
}

forEachEngine('a state event that was redacted is cited by the hash that it always had', async (t, database) => {
  const deeds = testDeeds(database)
  const [, bob] = await deeds.signUp('alice', 'bob')
  for (const version of roomVersions.filter(({ citesWithHashes }) => citesWithHashes)) {
    const roomId = await deeds.createRoom(alice, { version: version.id, preset: 'public_chat' })
    const join = await deeds.sendEvent({
      roomId,
      sender: bob!,
      type: 'm.room.member',
      stateKey: bob!,
      content: { membership: 'join', displayname: 'B' },
    })
    await deeds.sendEvent({ roomId, sender: alice, type: 'm.room.redaction', content: {}, redacts: join.eventId })
    await deeds.sendEvent({ roomId, sender: bob!, type: 'm.room.message', content: { body: 'x' } })
    const timeline = await timelineOf(deeds, roomId)
    t.deepEqual(timeline.find(({ eventId }) => eventId === join.eventId)?.pdu.content, { membership: 'join' })
    t.deepEqual(faults(version, [deeds.signingKey.publicKey], timeline), [])
  }
})

forEachEngine('fractions are kept in versions 1 to 5, and refused from version 6 on', async (t, database) => {
  const deeds = testDeeds(database)
  await deeds.signUp('alice')
  for (const version of roomVersions) {
    const roomId = await deeds.createRoom(alice, { version: version.id })
    const place = (content: JsonObject) => deeds.sendEvent({ roomId, sender: alice, type: 'x.place', stateKey: '', content })
    const send = () => place({ at: 51.5, small: 0.00001 })
    const sendAsWritten = () => place(parseWithWrittenNumbers('{"at":51.0,"far":[9007199254740993]}') as JsonObject)
    if (version.strictIntegers) {
      for (const refused of [send(), sendAsWritten()]) {
        const error = await t.throwsAsync(refused, { name: 'MatrixError' })
        t.is((error as unknown as { errcode: string }).errcode, 'M_BAD_JSON')
      }
      continue
    }
    const written = await sendAsWritten()
    t.true(written.json.includes('{"at":51.0,"far":[9007199254740993]}'))
    t.deepEqual(written.pdu.content, { at: 51, far: [2 ** 53] })
    const sent = await send()
    t.deepEqual(sent.pdu.content, { at: 51.5, small: 0.00001 })
    t.true(sent.json.includes('{"at":51.5,"small":1e-05}'))
    t.deepEqual(faults(version, [deeds.signingKey.publicKey], await timelineOf(deeds, roomId)), [])
  }
})
