import assert from 'node:assert'
import { MatrixError } from '../protocol/errors.ts'

/** What a path and method lead to, and the values of the path's parameters by name, decoded once. */
export interface Found<T> {
  readonly target: T
  readonly params: { readonly [name: string]: string }
}

/**
 * Finds the target of a request by its raw, still encoded path.
 * @throws M_UNRECOGNIZED 404 for an unknown path, 405 for a known path with another method
 * @throws M_INVALID_PARAM when a parameter is not percent-encoded UTF-8
 */
export type Dispatch<T> = (method: string, path: string) => Found<T>

interface Leaf<T> {
  readonly target: T
  readonly names: readonly string[]
}
type Leaves<T> = Map<string, Leaf<T>>
interface Node<T> {
  readonly literals: Map<string, Node<T>>
  parameter: Node<T> | undefined
  /** By method: what ends here. */
  readonly ends: Leaves<T>
  /** By method: what takes the rest of the path, `*name`. */
  readonly rests: Leaves<T>
}

const newNode = <T>(): Node<T> => ({ literals: new Map(), parameter: undefined, ends: new Map(), rests: new Map() })

const plant = <T>(root: Node<T>, method: string, path: string, target: T): void => {
  const names: string[] = []
  let node = root
  let leaves: Leaves<T> | undefined
  for (const segment of path.slice(1).split('/')) {
    assert(leaves === undefined, `${path}: a *name may only stand last`)
    if (segment.startsWith('*')) {
      names.push(segment.slice(1))
      leaves = node.rests
    } else if (segment.startsWith(':')) {
      names.push(segment.slice(1))
      node.parameter ??= newNode()
      node = node.parameter
    } else {
      const known = node.literals.get(segment) ?? newNode<T>()
      node.literals.set(segment, known)
      node = known
    }
  }
  leaves ??= node.ends
  assert(!leaves.has(method), `${method} ${path} is served twice`)
  leaves.set(method, { target, names })
}

/** The leaves below `node` for the path from `start` on; a literal segment goes before a parameter, that before a rest. */
const seek = <T>(node: Node<T>, path: string, start: number, values: string[], method: string): Leaves<T> | undefined => {
  if (start > path.length) return node.ends.size > 0 ? node.ends : undefined
  const slash = path.indexOf('/', start)
  const end = slash === -1 ? path.length : slash
  const segment = path.slice(start, end)
  const literal = node.literals.get(segment)
  let other: Leaves<T> | undefined
  if (literal !== undefined) {
    const found = seek(literal, path, end + 1, values, method)
    if (found?.has(method)) return found
    other = found
  }
  if (node.parameter !== undefined) {
    const depth = values.push(segment)
    const found = seek(node.parameter, path, end + 1, values, method)
    if (found?.has(method)) return found
    other ??= found
    values.length = depth - 1
  }
  if (node.rests.size > 0) {
    values.push(path.slice(start))
    return node.rests
  }
  return other
}

const decode = (name: string, value: string): string => {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch (cause) {
    throw new MatrixError('M_INVALID_PARAM', `Percent-encode ${name} in the path as UTF-8.`, { cause })
  }
}

/** Builds the tree of all paths; a lookup costs one step a segment, however many paths there are. */
export const createDispatch = <T>(targets: Iterable<{ method: string; paths: readonly string[]; target: T }>): Dispatch<T> => {
  const root = newNode<T>()
  for (const { method, paths, target } of targets) for (const path of paths) plant(root, method, path, target)
  return (method, path) => {
    const values: string[] = []
    const leaves = seek(root, path, 1, values, method)
    if (leaves === undefined) throw new MatrixError('M_UNRECOGNIZED', 'There is nothing at this path; check its spelling and version.')
    const leaf = leaves.get(method)
    if (leaf === undefined) {
      throw new MatrixError('M_UNRECOGNIZED', `This path does not take ${method}; it takes ${[...leaves.keys()].join(', ')}.`, {
        status: 405,
      })
    }
    const params: { [name: string]: string } = {}
    for (const [index, name] of leaf.names.entries()) params[name] = decode(name, values[index] ?? '')
    return { target: leaf.target, params }
  }
}
