import { sendMessage } from '../../spec/client/room-send.ts'
import { createRoom } from '../../spec/client/rooms.ts'
import { getMessages } from '../../spec/client/timeline.ts'
import { getPublicEndpoints, inputFor, minimal, mistyped } from '../bad-input.ts'
import type { Endpoint } from '../../spec/endpoint.ts'
import { check, type Check, type Feature, type Stage } from '../check.ts'
import { pathOf, refusal } from '../client.ts'
import { equal, holds, shown } from '../expect.ts'
import type { Person } from '../people.ts'

const standards = 'client-server-api/#standard-error-response'
const featuresOf = ({ path }: Endpoint): readonly Feature[] =>
  path.includes('chat.hallway')
    ? ['chat.hallway']
    : path.includes('msc3575')
      ? ['sliding-sync']
      : path.includes('/user_directory/')
        ? ['user-directory']
        : []
const terms = (endpoint: Endpoint) => ({
  clause: standards,
  about: [endpoint],
  needs: featuresOf(endpoint),
  ...(endpoint.addedIn === undefined ? {} : { since: endpoint.addedIn }),
})
const called = ({ method, path }: Endpoint) => `${method} ${path}`

/** Path parameters of a room that is made for it, where the path has one. */
const ownInput = async (endpoint: Endpoint, stage: Stage, person: Person) =>
  inputFor(endpoint, stage, person, /:roomId/.test(endpoint.path) ? await person.createRoom() : undefined)

const tokenChecks = (name: string, endpoint: Endpoint): Check[] =>
  endpoint.access !== 'user'
    ? []
    : [
        check(
          `bad-input/${name}-without-a-token`,
          terms(endpoint),
          `${called(endpoint)} without a token is refused with 401 M_MISSING_TOKEN.`,
          async (stage) => {
            await stage.nobody.refused(endpoint, inputFor(endpoint, stage) as never, 401, 'M_MISSING_TOKEN')
          },
        ),
        check(
          `bad-input/${name}-with-an-unknown-token`,
          terms(endpoint),
          `${called(endpoint)} with a token that was never given is refused with 401 M_UNKNOWN_TOKEN.`,
          async (stage) => {
            await stage.as('never-given').refused(endpoint, inputFor(endpoint, stage) as never, 401, 'M_UNKNOWN_TOKEN')
          },
        ),
      ]

const methodChecks = (name: string, endpoint: Endpoint): Check[] => [
  check(
    `bad-input/${name}-by-a-wrong-method`,
    { ...terms(endpoint), clause: 'client-server-api/#common-error-codes', since: 'v1.6' },
    `${endpoint.path} by a method that it does not have is refused with 405 M_UNRECOGNIZED.`,
    async (stage) => {
      const path = pathOf(endpoint, inputFor(endpoint, stage))
      refusal(
        await stage.nobody.raw({ method: 'PATCH', path, body: '{}', operation: called(endpoint) }),
        405,
        'M_UNRECOGNIZED',
        `PATCH ${endpoint.path}`,
      )
    },
  ),
]

const bodyChecks = (name: string, endpoint: Endpoint): Check[] =>
  endpoint.body === undefined
    ? []
    : [
        check(
          `bad-input/${name}-not-json`,
          terms(endpoint),
          `${called(endpoint)} with a body that is no JSON is refused with 400 M_NOT_JSON.`,
          async (stage) => {
            const [alice] = await stage.people('alice')
            const path = pathOf(endpoint, await ownInput(endpoint, stage, alice))
            for (const body of ['{"broken":', 'words']) {
              refusal(await alice.raw({ method: endpoint.method, path, body }), 400, 'M_NOT_JSON', `${called(endpoint)} with ${body}`)
            }
          },
        ),
        check(
          `bad-input/${name}-no-object`,
          terms(endpoint),
          `${called(endpoint)} with JSON that is no object is refused with 400 M_BAD_JSON.`,
          async (stage) => {
            const [alice] = await stage.people('alice')
            const path = pathOf(endpoint, await ownInput(endpoint, stage, alice))
            for (const body of ['[]', '"text"', '7']) {
              refusal(
                await alice.raw({ method: endpoint.method, path, body }),
                400,
                ['M_BAD_JSON', 'M_NOT_JSON', 'M_UNKNOWN'],
                `${called(endpoint)} with ${body}`,
              )
            }
          },
        ),
        ...(Object.keys(endpoint.body.properties ?? {}).length === 0
          ? []
          : [
              check(
                `bad-input/${name}-wrong-types`,
                terms(endpoint),
                `${called(endpoint)} is refused when a key that it needs is missing or mistyped, and never breaks.`,
                async (stage) => {
                  const [alice] = await stage.people('alice')
                  const path = pathOf(endpoint, await ownInput(endpoint, stage, alice))
                  const whole = minimal(endpoint.body ?? {}) as Record<string, unknown>
                  for (const [key, schema] of Object.entries(endpoint.body?.properties ?? {})) {
                    const needed = endpoint.body?.required?.includes(key) === true
                    const wrong = mistyped(schema)
                    if (wrong === undefined) continue
                    const { [key]: _left, ...without } = whole
                    for (const body of needed ? [without, { ...whole, [key]: wrong }] : [{ ...whole, [key]: wrong }]) {
                      const { status, body: answer } = await alice.raw({
                        method: endpoint.method,
                        path,
                        body: JSON.stringify(body),
                        operation: called(endpoint),
                      })
                      holds(status < 500, `no breakdown by ${shown(body)}, got ${status} ${shown(answer)}`)
                      if (needed) holds(status >= 400, `a refusal of ${shown(body)}, not ${status}`)
                      // A 401 of interactive authentication lists flows, and need not have an errcode.
                      if (status >= 400 && status !== 401)
                        holds(typeof (answer as { errcode?: unknown }).errcode === 'string', `an errcode in ${shown(answer)}`)
                    }
                  }
                },
              ),
            ]),
      ]

/** Bodies that are odd, sent as the content of a message: each is refused or taken, and the server goes on. */
const oddities: { readonly [name: string]: string | Uint8Array<ArrayBuffer> } = {
  'deep-nesting': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  'lone-surrogate': '{"msgtype":"m.text","body":"\\ud800"}',
  'nul-character': '{"msgtype":"m.text","body":"a\\u0000b"}',
  'proto-key': '{"msgtype":"m.text","body":"x","__proto__":{"polluted":true},"constructor":{"prototype":1}}',
  'duplicate-keys': '{"msgtype":"m.text","body":"one","body":"two"}',
  exponent: '{"msgtype":"m.text","body":"x","n":1e400}',
  'invalid-utf-8': new Uint8Array([0x7b, 0x22, 0x62, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  'ten-thousand-keys': JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]))),
}

const oddityChecks = Object.entries(oddities).map(([name, body]) =>
  check(
    `bad-input/odd-${name}`,
    { clause: 'appendices/#canonical-json', about: [sendMessage] },
    `A message whose content is odd (${name.replaceAll('-', ' ')}) is taken or refused, and the room goes on.`,
    async ({ room }) => {
      const [roomId, alice, bob] = await room('alice', 'bob')
      const path = pathOf(sendMessage, { roomId, eventType: 'm.room.message', txnId: 'odd' })
      const { status, body: answer } = await alice.raw({ method: 'PUT', path, body, operation: called(sendMessage) })
      holds(status === 200 || status === 400 || status === 413, `200, 400 or 413, not ${status} ${shown(answer)}`)
      if (name === 'invalid-utf-8') equal(status, 400, 'The status')
      const after = await alice.say(roomId, 'still here')
      equal((await bob.messages(roomId, 1))[0]?.event_id, after, 'The newest event')
      await bob.startSyncing()
    },
  ),
)

const lengthChecks = (
  [
    ['room ID', `!${'x'.repeat(300)}:hs1`],
    ['room ID without a sigil', 'kitchen'],
  ] as const
).map(([what, roomId]) =>
  check(
    `bad-input/odd-${what.replaceAll(' ', '-').toLowerCase()}`,
    { clause: 'appendices/#identifier-grammar', about: [getMessages] },
    `A ${what} that cannot be is refused.`,
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.call(getMessages, { roomId: roomId as '!', dir: 'b' })
      holds(status === 400 || status === 403 || status === 404, `a refusal, not ${status}`)
    },
  ),
)

const queryChecks = (['limit=-1', 'limit=ten', 'limit=1e9', 'limit=99999999999999999999', 'limit='] as const).map((query, index) =>
  check(
    `bad-input/odd-limit-${index + 1}`,
    { clause: getMessages },
    `A page asked for with ${query} is given or refused, and nothing breaks.`,
    async ({ room }) => {
      const [roomId, alice] = await room('alice')
      const { status, body } = await alice.raw({
        method: 'GET',
        path: `${pathOf(getMessages, { roomId })}?dir=b&${query}`,
        operation: called(getMessages),
      })
      holds(status === 200 || status === 400, `200 or 400, not ${status} ${shown(body)}`)
      if (query === 'limit=-1' || query === 'limit=ten') equal(status, 400, 'The status')
    },
  ),
)

export const badInputChecks: readonly Check[] = [
  ...getPublicEndpoints().flatMap(([name, endpoint]) => [
    ...tokenChecks(name, endpoint),
    ...methodChecks(name, endpoint),
    ...bodyChecks(name, endpoint),
  ]),
  ...oddityChecks,
  ...lengthChecks,
  ...queryChecks,
  check('bad-input/odd-percent-encoding', { clause: standards }, 'A path with broken percent-encoding is refused.', async ({ people }) => {
    const [alice] = await people('alice')
    const { status } = await alice.raw({ method: 'GET', path: '/_matrix/client/v3/rooms/%zz%/state' })
    holds(status >= 400 && status < 500, `a refusal, not ${status}`)
  }),
  check(
    'bad-input/odd-empty-body',
    { clause: createRoom, level: 'may' },
    'A request without any body, where all keys are optional, is taken or refused, and nothing breaks.',
    async ({ people }) => {
      const [alice] = await people('alice')
      const { status } = await alice.raw({ method: 'POST', path: createRoom.path, operation: called(createRoom) })
      holds(status === 200 || status === 400, `200 or 400, not ${status}`)
    },
  ),
]
