import type { ServerResponse } from 'node:http'
import { MatrixError } from '../protocol/errors.ts'

/** The caller is gone: nobody is left to answer. */
export class HangUp extends Error {
  override name = 'HangUp'
  constructor() {
    super('The caller hung up.')
  }
}

/** The abort signals of the requests in progress, made for those alone that ask. */
export interface HangUps {
  /** Aborts with a HangUp when the caller is gone, and with a 503 when the server stops. */
  signalOf(response: ServerResponse): AbortSignal
  /** Aborts every signal, so that waiting requests end; later requests find theirs aborted. */
  stop(): void
}

export const createHangUps = (): HangUps => {
  const open = new Set<AbortController>()
  let stopping: MatrixError | undefined
  return {
    signalOf(response) {
      const controller = new AbortController()
      if (stopping !== undefined) controller.abort(stopping)
      else if (response.destroyed && !response.writableFinished) controller.abort(new HangUp())
      else {
        open.add(controller)
        response.once('close', () => {
          open.delete(controller)
          if (!response.writableFinished) controller.abort(new HangUp())
        })
      }
      return controller.signal
    },
    stop() {
      stopping = new MatrixError('M_UNKNOWN', 'The server is stopping; try again in a moment.', { status: 503 })
      for (const controller of open) controller.abort(stopping)
      open.clear()
    },
  }
}
