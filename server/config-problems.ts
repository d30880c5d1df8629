import type { ErrorObject } from 'ajv'

/** Where a setting was given: a line of the file, or a variable of the environment; `undefined` where it is missing. */
export type Origin = (path: readonly string[], key?: string) => string | undefined

/** What a user should read about one error of the schema: where it is and what to do. */
export const problemOf = (error: ErrorObject, originOf: Origin): string => {
  const path = error.instancePath.slice(1).split('/').filter(Boolean)
  const params: { readonly [name: string]: unknown } = error.params
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty'])
    const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {})
    const near = nearest(key, known)
    const name = [...path, key].join('.')
    return at(originOf(path, key), `there is no setting "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`)
  }
  return at(originOf(path), `"${path.join('.') || 'the file'}" must ${demandOf(error.keyword, params)}`)
}

const at = (origin: string | undefined, sentence: string): string => (origin === undefined ? sentence : `${origin}: ${sentence}`)

const demandOf = (keyword: string, params: { readonly [name: string]: unknown }): string => {
  switch (keyword) {
    case 'type':
      return params['type'] === 'object' ? 'be a section with settings of its own' : `be of type ${params['type']}`
    case 'enum':
      return `be one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return `be ${params['comparison']} ${params['limit']}`
    case 'duration':
      return 'be a duration, such as 90s, 5m, 12h, 7d, or a number of milliseconds'
    case 'size':
      return 'be a size, such as 64K or 2M, or a number of bytes'
    case 'required':
      return `have "${params['missingProperty']}"`
    case 'minLength':
      return 'not be empty'
    case 'maxLength':
      return `have at most ${params['limit']} characters`
    default:
      return `match ${params['pattern'] ?? 'its description'}`
  }
}

/** The name that is most like `name`, where one is like it at all. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const ranked = known.map((candidate) => [editDistance(name, candidate), candidate] as const).sort(([a], [b]) => a - b)
  const [best] = ranked
  return best !== undefined && best[0] <= Math.max(2, Math.floor(name.length / 3)) ? best[1] : undefined
}

/** How many letters must be put in, left out or changed to make `a` into `b`. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
