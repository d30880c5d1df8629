import { createConnection, formatRequest } from '../connection.ts'
import { inParallel } from '../in-parallel.ts'
import { SENDERS } from '../load.ts'
import { type OpenReceivers, textsIn } from './receivers.ts'

interface SyncBody {
  readonly next_batch: string
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline?: { readonly events?: readonly object[] } }>> }
}

const TIMEOUT_MS = 30_000
/** Small first syncs: the history of the room is not what is measured. */
const FIRST_FILTER = encodeURIComponent('{"room":{"timeline":{"limit":1},"state":{"lazy_load_members":true}}}')

/** `/v3/sync` with `since` and a timeout of 30 s, each answer followed at once by the next request. */
export const openLongPolls: OpenReceivers = async ({ address, people, roomId, onMessage }) => {
  let failed: Error | undefined
  let answeredAt = performance.now()
  let closed = false
  const connections = people.map(() => createConnection(address))

  const sync = async (receiver: number, query: string): Promise<string> => {
    const path = `/_matrix/client/v3/sync?${query}`
    const token = people[receiver]?.token as string
    const connection = connections[receiver] as (typeof connections)[number]
    const { status, body, arrivedAt } = await connection.send(formatRequest(address, { method: 'GET', path, token }))
    if (status !== 200) throw new Error(`A waiting /sync was answered ${status}: ${body.toString().slice(0, 300)}`)
    const reply = JSON.parse(body.toString()) as SyncBody
    answeredAt = performance.now()
    for (const text of textsIn(reply.rooms?.join?.[roomId]?.timeline?.events)) onMessage(receiver, text, arrivedAt)
    return reply.next_batch
  }
  const waitForEver = async (receiver: number, first: string): Promise<void> => {
    let since = first
    while (!closed) since = await sync(receiver, `since=${encodeURIComponent(since)}&timeout=${TIMEOUT_MS}`)
  }

  const starts = await inParallel(people, SENDERS, (_, receiver) => sync(receiver, `filter=${FIRST_FILTER}`))
  for (const [receiver, since] of starts.entries())
    waitForEver(receiver, since).catch((error: Error) => {
      if (!closed) failed ??= error
    })

  return {
    failure: () => failed,
    lastAnswerAt: () => answeredAt,
    close() {
      closed = true
      for (const connection of connections) connection.close()
    },
  }
}
