import { getServerVersion } from '../../../spec/federation/version.ts'
import { route, type Route } from '../../http/route.ts'

interface Needs {
  /** The version of Hallway, such as `0.1.0`. */
  readonly softwareVersion: string
}

/** What this server is, told to anybody. server-server-api/#server-implementation */
export const versionRoutes = ({ softwareVersion }: Needs): Route[] => [
  route(getServerVersion, async () => ({ server: { name: 'Hallway', version: softwareVersion } })),
]
