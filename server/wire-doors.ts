import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authFrame, requestFrame } from '../spec/extensions/live-socket.ts'
import { hashSecret } from './accounts/secret-token.ts'
import type { Config } from './config.ts'
import type { Route } from './http/route.ts'
import { createValidate } from './http/validator.ts'
import { MatrixError } from './protocol/errors.ts'
import { strictJson } from './protocol/strict-json.ts'
import { createSettleApart } from './rooms/receive/settle-apart.ts'
import { routeTable } from './routes/table.ts'
import { createLiveSocket, type LiveSocket } from './sync/live-socket.ts'
import { enforcedPolicies } from './team/policies.ts'
import type { Floors } from './wire-floors.ts'
import { wireExplain } from './wire-explain.ts'
import type { Storage } from './wire-storage.ts'

/** The version of this package. */
const { version: softwareVersion } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string
}

interface Beside {
  serverName: string
  reportError: (error: unknown) => void
}

/** What people come in by: the routes and the live socket. */
export function wireDoors(
  storage: Storage,
  floors: Floors,
  config: Config,
  { serverName, reportError }: Beside,
): { routes: Route[]; liveSocket: LiveSocket; stop: () => Promise<void> } {
  const { rooms, personal, team, upgrades, accounts, sync, makeViewer } = floors
  const { presence } = personal
  const isLive = ({ tokenHash }: { tokenHash: string }): boolean | Promise<boolean> => {
    const found = accounts.sessions.find(tokenHash)
    return found instanceof Promise ? found.then((session) => session !== undefined) : found !== undefined
  }
  const liveSocket = createLiveSocket({
    slidingSync: sync.slidingSync,
    parseJson: strictJson,
    checkFrames: { auth: createValidate('body', authFrame), request: createValidate('body', requestFrame) },
    reportError,
    seen: (userId) => presence.touch(userId, 'online'),
    authenticate: async (token) => {
      const session = await accounts.sessions.find(hashSecret(token))
      if (session === undefined) throw new MatrixError('M_UNKNOWN_TOKEN', 'This access token is not in use; log in again.')
      const { userId, deviceNid } = session
      return { userId, deviceNid, viewer: () => makeViewer(userId, deviceNid), isLive: () => isLive(session) }
    },
  })
  // What is explained may be large: nobody else waits for it.
  const settling = createSettleApart({ location: storage.database.location })
  const { read: query, engine } = storage.database
  const routes = routeTable({
    ...rooms,
    ...team,
    ...accounts,
    ...sync,
    ...personal,
    upgrades,
    explainRoom: wireExplain({ query, engine }, { settle: settling.settle, now: () => Date.now() }),
    serverName,
    softwareVersion,
    baseUrl: config.public_baseurl,
    changePassword: true,
    requireLogin: true,
    openToAnyone: config.allow_public_rooms_without_auth,
    seen: presence.touch,
    isLive,
    viewerOf: ({ userId, deviceNid }) => makeViewer(userId, deviceNid),
    extensionCapabilities: async (userId) => {
      const admin = (await storage.accounts.find(userId))?.admin === true
      return {
        'chat.hallway.space': { room_id: team.organisation.space() },
        'chat.hallway.presets': { available: [...team.presetRooms.available({ userId, admin })], policies: [...enforcedPolicies] },
      }
    },
    sendMessage: (draft, transaction) => {
      presence.act(draft.sender)
      return rooms.sendMessage(draft, transaction)
    },
    forgetRoom: async (roomId, userId) => {
      await team.forgetRoom(roomId, userId)
      sync.userRooms.forget(userId, roomId)
    },
  })
  return { routes, liveSocket, stop: settling.stop }
}
