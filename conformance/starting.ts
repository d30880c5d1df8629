import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A port of this machine that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
      })
  })

const answers = (baseUrl: string): Promise<boolean> =>
  fetch(`${baseUrl}/_matrix/client/versions`).then(
    ({ ok }) => ok,
    () => false,
  )

/** Waits until a server that was just started answers; `false` when it has ended, or a minute is over. */
export const untilAnswering = async (baseUrl: string, hasEnded: () => boolean): Promise<boolean> => {
  for (const deadline = Date.now() + 60_000; !(await answers(baseUrl)); await pause(20)) {
    if (hasEnded() || Date.now() > deadline) return false
  }
  return true
}
