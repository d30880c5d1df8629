import { randomBytes } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import * as sdk from 'matrix-js-sdk'
import type { Hallway } from './start-hallway.ts'

/** Somebody who uses matrix-js-sdk, on one device. */
export interface SdkPerson {
  readonly userId: string
  readonly client: sdk.MatrixClient
  /** The room as this client knows it. @throws when it does not */
  readonly room: (roomId: string) => sdk.Room
  /**
   * Gives what `look` finds, as soon as it finds something. It looks after whatever the client tells, and a room of its, if one is given.
   * @throws after a minute
   */
  readonly until: <T>(what: string, look: () => T | undefined | null | false, room?: sdk.Room) => Promise<T>
  /** The client of an app started anew: same session, nothing kept, synced from the start. */
  readonly startedAnew: (options?: StartOptions) => Promise<SdkPerson>
}

type StartOptions = sdk.IStartClientOpts | ((client: sdk.MatrixClient) => sdk.IStartClientOpts)

interface Session {
  readonly userId: string
  readonly accessToken: string
  readonly deviceId: string
}

export const password = 'correct horse battery staple'

const silence = () => {}

// The client leaves the deadlines of its requests running when it stops; they must not keep the tests' process.
const { setTimeout: setTimer } = globalThis
globalThis.setTimeout = Object.assign((deed: () => void, delay?: number, ...given: never[]): NodeJS.Timeout => {
  const timer = setTimer(deed, delay, ...given) as unknown as NodeJS.Timeout
  return delay !== undefined && delay > 60_000 ? timer.unref() : timer
}, setTimer)

/** What the client asks of every server, whether it has the proposal or not. */
const proposals = /\/unstable\/org\.matrix\.msc4143\//

// Some parts of it write to the console, past the log that it is given.
console.debug = console.info = console.warn = silence

/** A client without a session, which writes no log; `refused` is told of each answer that is an error. */
export const createClient = (baseUrl: string, refused: (answer: string) => void, session?: Session): sdk.MatrixClient => {
  const log: NonNullable<sdk.ICreateClientOpts['logger']> = {
    trace: silence,
    debug: silence,
    info: silence,
    warn: silence,
    error: (...said: unknown[]) => refused(`the client logged: ${said.map(String).join(' ')}`),
    getChild: () => log,
  }
  const fetchFn: typeof fetch = async (url, init) => {
    const answer = await fetch(url, init)
    if (!answer.ok && !proposals.test(String(url)))
      refused(`${init?.method} ${new URL(String(url)).pathname}: ${answer.status} ${await answer.clone().text()}`)
    return answer
  }
  return sdk.createClient({ baseUrl, logger: log, fetchFn, timelineSupport: true, disableVoip: true, ...session })
}

/** Registers somebody new and logs in; the test fails for any answer that is an error, and ends the clients. */
export const signUp = async (t: ExecutionContext, { baseUrl }: Hallway, name: string): Promise<Session> => {
  const refused = (answer: string) => t.fail(answer)
  const username = `${name}-${randomBytes(4).toString('hex')}`
  const client = createClient(baseUrl, refused)
  await client.registerRequest({ username, password, auth: { type: 'm.login.dummy' }, inhibit_login: true })
  const {
    user_id: userId,
    access_token: accessToken,
    device_id: deviceId,
  } = await client.loginRequest({
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: username },
    password,
  })
  return { userId, accessToken, deviceId }
}

/** Starts a client's sync loop, and gives the person once the first sync is in; the test fails for any answer that is an error, or `refused` is told. */
export const startPerson = async (
  t: ExecutionContext,
  hallway: Hallway,
  session: Session,
  options: StartOptions = {},
  refused = (answer: string): void => t.fail(answer),
): Promise<SdkPerson> => {
  const client = createClient(hallway.baseUrl, refused, session)
  t.teardown(() => client.stopClient())
  const until = lookingAt(client)
  const wanted = typeof options === 'function' ? options(client) : options
  await Promise.all([
    until('the first sync', () => client.isInitialSyncComplete()),
    client.startClient({ initialSyncLimit: 20, threadSupport: true, ...wanted }),
  ])
  return {
    userId: session.userId,
    client,
    until,
    room: (roomId) => client.getRoom(roomId) ?? raise(`The client of ${session.userId} does not know ${roomId}.`),
    startedAnew: (again) => {
      client.stopClient()
      return startPerson(t, hallway, session, again ?? options, refused)
    },
  }
}

/** New people of these names, each with a client that syncs. */
export const people = <const Names extends readonly string[]>(
  t: ExecutionContext,
  hallway: Hallway,
  ...names: Names
): Promise<{ [K in keyof Names]: SdkPerson }> =>
  Promise.all(names.map(async (name) => startPerson(t, hallway, await signUp(t, hallway, name)))) as Promise<{
    [K in keyof Names]: SdkPerson
  }>

/** A private room of the first, in which the others are; all their clients know it. */
export const roomOf = async (creator: SdkPerson, ...others: SdkPerson[]): Promise<string> => {
  const { room_id: roomId } = await creator.client.createRoom({
    preset: sdk.Preset.PrivateChat,
    invite: others.map(({ userId }) => userId),
  })
  for (const { client } of others) await client.joinRoom(roomId)
  for (const person of [creator, ...others]) {
    await person.until('everybody is in the room', () => person.client.getRoom(roomId)?.getJoinedMemberCount() === others.length + 1)
  }
  return roomId
}

const told = [
  sdk.ClientEvent.Sync,
  sdk.ClientEvent.Event,
  sdk.ClientEvent.Room,
  sdk.RoomEvent.Timeline,
  sdk.RoomEvent.Receipt,
  sdk.RoomEvent.LocalEchoUpdated,
  sdk.RoomEvent.MyMembership,
  sdk.RoomEvent.Name,
  sdk.RoomMemberEvent.Typing,
  sdk.RoomMemberEvent.Membership,
  sdk.RoomStateEvent.Update,
  sdk.MatrixEventEvent.Replaced,
  sdk.UserEvent.Presence,
  sdk.HttpApiEvent.SessionLoggedOut,
] as const

const toldByRooms = [sdk.ThreadEvent.New, sdk.ThreadEvent.Update, sdk.ThreadEvent.NewReply, sdk.RoomEvent.UnreadNotifications] as const

const lookingAt =
  (client: sdk.MatrixClient): SdkPerson['until'] =>
  (what, look, room) =>
    new Promise((resolve, reject) => {
      const listener = () => {
        const found = look()
        if (!found) return
        hush()
        resolve(found)
      }
      const hush = () => {
        clearTimeout(deadline)
        for (const name of told) client.off(name, listener)
        for (const name of toldByRooms) room?.off(name, listener)
      }
      const deadline = setTimeout(() => {
        hush()
        reject(new Error(`${client.getUserId()} waited in vain: ${what}.`))
      }, 60_000)
      for (const name of told) client.on(name, listener)
      for (const name of toldByRooms) room?.on(name, listener)
      listener()
    })

const raise = (reason: string): never => {
  throw new Error(reason)
}
