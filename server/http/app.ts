import type { RequestListener } from 'node:http'
import Router from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import { answerJson, answerPreflight } from './answer.ts'
import type { RespondToError } from './error-response.ts'
import type { ServeRoutes, Trail } from './serve-routes.ts'
import type { ServeWebFile } from './web-files.ts'

/** What became of one request. */
export interface Answered {
  readonly method: string
  /** The endpoint's path in the contract; `undefined` where none was found. */
  readonly route: string | undefined
  readonly status: number
  readonly userId: string | undefined
  /** Milliseconds from the request's headers to its answer. */
  readonly duration: number
}

interface Needs {
  readonly serveRoutes: ServeRoutes
  readonly respondToError: RespondToError
  /** The web client's files; `undefined`: none are served. */
  readonly serveWebFile: ServeWebFile | undefined
  /** Told of every answer; `undefined`: nobody wants to know. */
  readonly logAnswer: ((answered: Answered) => void) | undefined
}

/** The whole of HTTP as one listener: from the request's headers to the answer, middleware in reading order. */
export const createApp = ({ serveRoutes, respondToError, serveWebFile, logAnswer }: Needs): RequestListener => {
  const app = new Koa<Trail>()

  if (logAnswer !== undefined) app.use(tell(logAnswer))

  app.use(async ({ req, res, state }, next) => {
    try {
      await next()
    } catch (error) {
      const answer = respondToError(error, `${req.method} ${state.route ?? 'unknown path'}`)
      if (answer === undefined) return
      answerJson(res, answer.status, answer.body, answer.retryAfter === undefined ? undefined : { 'Retry-After': `${answer.retryAfter}` })
    }
  })

  app.use((ctx, next) => {
    // Every middleware below answers by itself: Koa's own answer would be built twice.
    ctx.respond = false
    if (ctx.req.method !== 'OPTIONS') return next()
    answerPreflight(ctx.res)
    return undefined
  })

  // The contract has a hundred paths and more, which a tree finds at the price of one; see `dispatch.ts`.
  app.use(({ req, res, state }, next) => (req.url?.startsWith('/_') === true ? serveRoutes(req, res, state) : next()))

  const plain = new Router()
  plain.get('/health', ({ res }) => answerJson(res, 200, '{"status":"ok"}'))
  app.use(plain.routes())

  if (serveWebFile !== undefined) app.use(async ({ req, res }, next) => (await serveWebFile(req, res)) || next())

  app.use(({ req, res, state }) => serveRoutes(req, res, state))

  return app.callback()
}

const tell =
  (logAnswer: (answered: Answered) => void) =>
  async ({ req, res, state }: Context & { state: Trail }, next: Next): Promise<void> => {
    const start = performance.now()
    await next()
    const duration = Math.round(performance.now() - start)
    logAnswer({ method: req.method ?? '', route: state.route, status: res.statusCode, userId: state.requester?.userId, duration })
  }
