import type { Endpoint } from '../spec/endpoint.ts'
import type { Caller, Client } from './client.ts'
import type { LiveSocket } from './live-socket.ts'
import type { Person } from './people.ts'
import type { RoomId } from '../spec/identifiers.ts'

export type Level = 'must' | 'should' | 'may'
export type MatrixVersion = `v1.${number}`
/** What a server may have or lack; found out before the run. See probe.ts. */
export type Feature =
  | 'registration'
  | 'passwords'
  | 'shared-secret'
  | 'presence'
  | 'sliding-sync'
  | 'user-directory'
  | 'chat.hallway'
  | 'profile-fields'

/** What a check is given to work with. */
export interface Stage {
  /** New accounts of these names, each logged in once. */
  readonly people: <const Names extends readonly string[]>(...names: Names) => Promise<{ [K in keyof Names]: Person }>
  /** A new public room of the first, which the others have joined; every member has seen nothing of it yet. */
  readonly room: <const Names extends readonly string[]>(...names: Names) => Promise<[RoomId, ...{ [K in keyof Names]: Person }]>
  /** A caller without a token. */
  readonly nobody: Caller
  /** A caller with whatever token. */
  readonly as: (token: string) => Caller
  readonly client: Client
  /** Opens the live socket, authenticated by the token, if one is given. It is closed when the check ends. */
  readonly socket: (token?: string) => Promise<LiveSocket>
  readonly serverName: string
  /** Base URL for this check, `http` or `https`, without a slash at the end. */
  readonly baseUrl: string
  /** Milliseconds to wait for what should come at once. */
  readonly patience: number
  /** Matrix versions and unstable features, as the server tells them. */
  readonly features: ReadonlySet<Feature>
  /** Unique in the run: for aliases, transaction IDs and such. */
  readonly unique: (prefix: string) => string
  /** The secret of shared-secret registration, if one was given. */
  readonly sharedSecret: string | undefined
}

interface Terms {
  /** What the check judges: endpoints, or the anchor of a clause below https://spec.matrix.org/v1.19/. */
  readonly clause: string | Endpoint
  /** The endpoints whose answers decide, where the clause alone does not tell; `--mutate` breaks these. */
  readonly about?: readonly Endpoint[]
  /** `must` if not said. */
  readonly level?: Level
  /** The version that added what is expected; `v1.0` if neither this nor the endpoint says. */
  readonly since?: MatrixVersion
  readonly needs?: readonly Feature[]
  /** The room versions the check makes rooms of; unset: whatever version the run uses. */
  readonly roomVersions?: readonly string[]
}

/** One expectation, and how to find out whether a server meets it. */
export interface Check {
  /** `area/what-is-expected`; stable over releases. */
  readonly id: string
  readonly area: string
  readonly clause: string
  readonly about: readonly Endpoint[]
  readonly level: Level
  readonly since: MatrixVersion
  readonly needs: readonly Feature[]
  readonly roomVersions: readonly string[]
  /** What a server should do, in our own words. */
  readonly expectation: string
  readonly run: (stage: Stage) => Promise<void>
}

/** Declares a check. It passes when `run` resolves; see expect.ts for how it fails. */
export const check = (id: string, terms: Terms, expectation: string, run: Check['run']): Check => {
  const { clause } = terms
  const endpoint = typeof clause === 'string' ? undefined : clause
  return {
    id,
    expectation,
    run,
    area: id.slice(0, id.indexOf('/')),
    clause: endpoint?.reference ?? (clause as string),
    about: terms.about ?? (endpoint === undefined ? [] : [endpoint]),
    level: terms.level ?? 'must',
    since: terms.since ?? endpoint?.addedIn ?? 'v1.0',
    needs: terms.needs ?? [],
    roomVersions: terms.roomVersions ?? [],
  }
}

/** The minor number of a Matrix version; 0 for the r0 releases before v1.1. */
export const minorOf = (version: string): number => Number(/^v1\.(\d+)$/.exec(version)?.[1] ?? 0)
