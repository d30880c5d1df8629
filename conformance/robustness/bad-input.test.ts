import test, { type ExecutionContext } from 'ava'
import { errcodes } from '../../spec/errors.ts'
import { endpoints, type TableEntry } from '../../spec/table.ts'
import { parametersOf } from '../bad-input.ts'
import { signedBySecret } from '../shared-secret.ts'
import { badRequestsOf, type BadRequest } from './bad-requests.ts'
import { type Caller, createCaller, signUp } from './caller.ts'
import { createInstallation, enginesHere, type Installation } from './installation.ts'

interface Answer {
  readonly status: number
  readonly text: string
}

const send = async (place: Installation, caller: Caller, { method, path, body, token }: BadRequest): Promise<Answer> => {
  const authorization = token === 'none' ? undefined : `Bearer ${token === 'good' ? caller.token : 'never-given'}`
  const response = await fetch(place.baseUrl + path, {
    method,
    headers: { ...(authorization !== undefined && { Authorization: authorization }) },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  })
  return { status: response.status, text: await response.text() }
}

/** An account that may do all, so that no request is refused for want of rights alone. */
const signUpAdmin = async (place: Installation): Promise<Caller> => {
  const path = `${place.baseUrl}/_synapse/admin/v1/register`
  const { nonce } = (await (await fetch(path)).json()) as { nonce: string }
  const body = signedBySecret('complement', { nonce, username: 'ada', password: 'long enough 1', admin: true })
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) })
  const { user_id, access_token } = (await answer.json()) as { user_id: string; access_token: string }
  return createCaller(place.baseUrl, user_id, access_token)
}

/** Why the answer is not what the request deserves; `undefined`: it is. */
const complaintAbout = ({ refusal }: BadRequest, { status, text }: Answer): string | undefined => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return 'no JSON'
  }
  if (status >= 500) return 'a failure of the server'
  const { errcode, flows } = body as { errcode?: unknown; flows?: unknown }
  if (refusal === undefined)
    return status === 200 || flows !== undefined || Object.hasOwn(errcodes, String(errcode))
      ? undefined
      : 'neither 200 nor an errcode of the contract'
  return status === refusal.status && refusal.errcodes.includes(errcode as never)
    ? undefined
    : `not ${refusal.status} ${refusal.errcodes.join(' or ')}`
}

/** A room that the caller is in, with a message in it: the last one, unless the calls before have led out of it. */
const findPlace = async (
  caller: Caller,
  { roomId, eventId }: { roomId?: string; eventId?: string },
): Promise<{ roomId: string; eventId: string }> => {
  const send = (room: string) =>
    caller.call('PUT', `v3/rooms/${encodeURIComponent(room)}/send/m.room.message/first`, { msgtype: 'm.text', body: 'x' })
  if (
    roomId !== undefined &&
    eventId !== undefined &&
    (await caller.call('GET', `v3/rooms/${encodeURIComponent(roomId)}/joined_members`)).status === 200
  )
    return { roomId, eventId }
  const made: string = (await caller.ok('POST', 'v3/createRoom', { name: 'A room' })).room_id
  return { roomId: made, eventId: (await send(made)).body.event_id }
}

const isServed = async (place: Installation, { endpoint: { method, path } }: TableEntry): Promise<boolean> => {
  const response = await fetch(place.baseUrl + path.replace(/[:*]\w+/g, 'x'), { method, ...(method !== 'GET' && { body: '{}' }) })
  return !(await response.text()).includes('M_UNRECOGNIZED')
}

/** Requests at a time: few, as what one of them breaks must not go unnoticed by the next. */
const atOnce = 8

interface Tally {
  requests: number
  room: { roomId?: string; eventId?: string }
}

/** Tries all there is on one endpoint; gives what went wrong. */
const tryAll = async (place: Installation, caller: Caller, entry: TableEntry, tally: Tally): Promise<string[]> => {
  const room = await findPlace(caller, tally.room)
  tally.room = room
  const { method, path } = entry.endpoint
  const complaints: string[] = []
  const requests = badRequestsOf(
    entry.endpoint,
    parametersOf(entry.endpoint, {
      ...room,
      userId: caller.userId,
      roomAlias: `#alias:${place.serverName}`,
      txnId: 't1',
      stateKey: 'key',
    }),
  )
  for (let at = 0; at < requests.length; at += atOnce) {
    await Promise.all(
      requests.slice(at, at + atOnce).map(async (request) => {
        tally.requests++
        const answer = await send(place, caller, request).catch(
          (error: unknown): Answer => ({ status: 599, text: JSON.stringify(String(error)) }),
        )
        const complaint = complaintAbout(request, answer)
        if (complaint !== undefined)
          complaints.push(`${method} ${path}, ${request.fault}: ${complaint}, but ${answer.status} ${answer.text.slice(0, 160)}`)
      }),
    )
  }
  return complaints
}

/** Endpoints that end sessions when they succeed; they are tried by somebody who is not needed afterwards. */
const endsSessions = /logout|deactivate|account\/password|delete_devices/

const tryEveryEndpoint = async (t: ExecutionContext, place: Installation): Promise<void> => {
  const ada = await signUpAdmin(place)
  let expendable = await signUp(place.baseUrl)
  const tally: Tally = { requests: 0, room: {} }
  const complaints: string[] = []
  const unserved: string[] = []
  for (const entry of endpoints) {
    if (!(await isServed(place, entry))) unserved.push(`${entry.endpoint.method} ${entry.endpoint.path}`)
    else if (!endsSessions.test(entry.endpoint.path)) complaints.push(...(await tryAll(place, ada, entry, tally)))
  }
  for (const entry of endpoints.filter(({ endpoint }) => endsSessions.test(endpoint.path))) {
    if ((await expendable.call('GET', 'v3/account/whoami')).status !== 200) expendable = await signUp(place.baseUrl)
    tally.room = {}
    complaints.push(...(await tryAll(place, expendable, entry, tally)))
  }
  t.log(`${tally.requests} requests; not served: ${unserved.join(', ') || 'nothing'}`)
  t.deepEqual(complaints, [])
  t.is((await ada.call('GET', 'v3/account/whoami')).status, 200)
  t.notRegex(place.said(), /"level":"(error|fatal)"/)
}

for (const engine of enginesHere) {
  test(`whatever is wrong with a request, it gets the errcode for that, on every endpoint (${engine})`, async (t) => {
    const place = await createInstallation({ engine })
    t.teardown(place.remove)
    await place.start()
    await tryEveryEndpoint(t, place)
  })
}
