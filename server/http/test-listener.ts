import { hash } from 'node:crypto'
import type { UserId } from '../../spec/identifiers.ts'
import { strictJson } from '../protocol/strict-json.ts'
import { createApp } from './app.ts'
import { createAuthenticate } from './authenticate.ts'
import { createClientAddress } from './client-address.ts'
import { createRespondToError } from './error-response.ts'
import { createHangUps } from './hang-ups.ts'
import { createReadJsonBody } from './json-body.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Requester, Route } from './route.ts'
import { type Bounds, createHttpServer, type Upgrade, usualBounds } from './server.ts'
import { createServeRoutes } from './serve-routes.ts'

interface Needs {
  readonly routes: readonly Route[]
  readonly findSession: Parameters<typeof createAuthenticate>[0]['findSession']
  /** Told of each error that is not the caller's. */
  readonly reportError: (error: unknown, where: string) => void
  readonly limiter?: RateLimiter
  readonly upgrades?: ReadonlyMap<string, Upgrade>
  readonly bounds?: Bounds
  readonly parseJson?: (text: string) => unknown
  /** Of a body, in bytes. */
  readonly limit?: number
}

/** Routes over HTTP on a free port, with nothing else about them: what a test calls. */
export async function listenForTest(needs: Needs) {
  const { routes, findSession, reportError, limiter, upgrades = new Map(), bounds = usualBounds, parseJson = strictJson } = needs
  const { limit = 200_000 } = needs
  const hangUps = createHangUps()
  const serveRoutes = createServeRoutes({
    routes,
    limiter,
    hangUps,
    noteSeen: () => {},
    clientAddress: createClientAddress([]),
    readJsonBody: createReadJsonBody({ parseJson, limit }),
    authentication: createAuthenticate({ findSession, queryTokens: false }),
  })
  const respondToError = createRespondToError({ reportError })
  const onRequest = createApp({ serveRoutes, respondToError, serveWebFile: undefined, logAnswer: undefined })
  const server = createHttpServer({ onRequest, upgrades, hangUps, bounds, tls: undefined })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return { server, port }
}

/** Sessions of people whose token is their name: that of `@bob:hs` is `bob`. */
export function sessionsByName(userIds: readonly UserId[]): (tokenHash: string) => Requester | undefined {
  const requesters = new Map(
    userIds.map((userId, i): [string, Requester] => {
      const tokenHash = hash('sha256', userId.slice(1, userId.indexOf(':')), 'base64url')
      return [tokenHash, { userId, deviceId: 'D', deviceNid: i + 1, admin: false, tokenHash }]
    }),
  )
  return (tokenHash) => requesters.get(tokenHash)
}
