import type { Endpoint } from '../spec/endpoint.ts'
import { table } from '../spec/table.ts'

/** Every endpoint of the contract. */
export const contractEndpoints: readonly Endpoint[] = Object.values(table).flatMap((entry) => flattened(entry))

function flattened(entry: object): Endpoint[] {
  return 'method' in entry && 'path' in entry ? [entry as Endpoint] : Object.values(entry).flatMap((inner) => flattened(inner as object))
}

/** How an operation is called in reports: `PUT /_matrix/…/:roomId`. */
export const operationName = ({ method, path }: Endpoint): string => `${method} ${path}`

/** The names of all operations of the contract, in order. */
export const contractOperations = (): string[] => contractEndpoints.map(operationName).sort()
