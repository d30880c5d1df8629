import * as argon2 from '@node-rs/argon2'
import { MatrixError } from '../protocol/errors.ts'

/** What a hash costs. */
export interface HashCost {
  /** Memory, in KiB. */
  readonly memory: number
  readonly passes: number
}

interface Needs {
  /** The cost of new hashes; older ones are verified at their own. */
  readonly cost: HashCost
  /** How many run at once, each on a thread of its own. */
  readonly atOnce?: number
  /** How many may wait for their turn. */
  readonly queueLimit?: number
  /** The library's functions; tests count their calls. */
  readonly library?: Pick<typeof argon2, 'hash' | 'verify'>
}

/** Hashes passwords by Argon2id, off the main thread, few at a time. */
export interface PasswordHash {
  /** An encoded hash that holds its salt and cost. @throws M_LIMIT_EXCEEDED when too many wait */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of the hash. Without a hash it takes the time of a failure, and fails.
   * @throws M_LIMIT_EXCEEDED when too many wait
   */
  verify(encoded: string | undefined, password: string): Promise<boolean>
  /** Whether a hash was made at another cost than new ones are. */
  isOutdated(encoded: string): boolean
}

/** Runs at most `atOnce` jobs, keeps at most `queueLimit` waiting and refuses the rest. */
const createTurns = (atOnce: number, queueLimit: number) => {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= queueLimit) {
        throw new MatrixError('M_LIMIT_EXCEEDED', 'Many people are logging in at this moment; try again in a few seconds.', {
          fields: { retry_after_ms: 3000 },
        })
      }
      // Whoever finishes hands its turn on, so `running` is right without counting again.
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    } else {
      running++
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

export const createPasswordHash = ({ cost, atOnce = 2, queueLimit = 100, library = argon2 }: Needs): PasswordHash => {
  const inTurn = createTurns(atOnce, queueLimit)
  // 2 is Argon2id; the library's enum is erased by type stripping.
  const options = { algorithm: 2, memoryCost: cost.memory, timeCost: cost.passes, parallelism: 1 }
  let decoy: string | undefined
  return {
    hash: (password) => inTurn(() => library.hash(password, options)),
    verify: (encoded, password) =>
      inTurn(async () => {
        if (encoded !== undefined) return library.verify(encoded, password)
        decoy ??= await library.hash('nobody logs in by this', options)
        await library.verify(decoy, password)
        return false
      }),
    isOutdated(encoded) {
      const { algorithm, memoryCost, timeCost, parallelism } = argon2.parseOptions(encoded)
      return algorithm !== 2 || memoryCost !== cost.memory || timeCost !== cost.passes || parallelism !== 1
    },
  }
}
