import { readFileSync } from 'node:fs'
import { liveSocketPath } from '../spec/extensions/live-socket.ts'
import type { Config } from './config.ts'
import { createApp } from './http/app.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createClientAddress } from './http/client-address.ts'
import { createRespondToError } from './http/error-response.ts'
import { createHangUps } from './http/hang-ups.ts'
import { createReadJsonBody } from './http/json-body.ts'
import type { RateLimiter } from './http/rate-limit.ts'
import type { Route } from './http/route.ts'
import { createServeRoutes } from './http/serve-routes.ts'
import { createHttpServer, usualBounds } from './http/server.ts'
import { createServeWebFile } from './http/web-files.ts'
import type { Log } from './log.ts'
import { strictJson } from './protocol/strict-json.ts'
import type { LiveSocket } from './sync/live-socket.ts'
import type { Accounts } from './wire-accounts.ts'

interface Beside {
  log: Log
  routes: readonly Route[]
  limiter: RateLimiter | undefined
  accounts: Accounts
  liveSocket: LiveSocket
  /** Where the built page is. */
  pageFolder: string
}

/** HTTP: one listener for clients, with the page and the live socket. */
export async function wireHttp(config: Config, { log, routes, limiter, accounts, liveSocket, pageFolder }: Beside) {
  const {
    headers_timeout: headersTimeout,
    request_timeout: requestTimeout,
    keep_alive_timeout: keepAliveTimeout,
    max_connections: maxConnections,
  } = config.http
  const hangUps = createHangUps()
  const serveRoutes = createServeRoutes({
    routes,
    limiter,
    hangUps,
    clientAddress: createClientAddress(config.trusted_proxies ?? []),
    readJsonBody: createReadJsonBody({ parseJson: strictJson, limit: config.http.max_request_body }),
    authentication: createAuthenticate({ findSession: accounts.sessions.find, queryTokens: config.http.accept_query_tokens }),
    noteSeen: ({ deviceNid }, address, userAgent) => accounts.lastSeen.note(deviceNid, address, userAgent),
  })
  const onRequest = createApp({
    serveRoutes,
    respondToError: createRespondToError({ reportError: (error, where) => log.error({ err: error, where }, 'A request failed.') }),
    serveWebFile: config.web_client.enabled ? await createServeWebFile(pageFolder) : undefined,
    logAnswer: log.isLevelEnabled('debug') ? (answered) => log.debug(answered, 'Answered.') : undefined,
  })
  const { tls_certificate_path: cert, tls_private_key_path: key } = config
  const server = createHttpServer({
    onRequest,
    hangUps,
    upgrades: new Map([[liveSocketPath, liveSocket.upgrade]]),
    bounds: { ...usualBounds, headersTimeout, requestTimeout, keepAliveTimeout, maxConnections },
    tls: cert === undefined || key === undefined ? undefined : { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
  })
  return server
}
