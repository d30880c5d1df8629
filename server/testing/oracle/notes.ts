/** Disagreements that nothing explains: by their kind, how many there are, and the first of them in full. */
export type Unexplained = Map<string, { count: number; readonly first: string }>

/** Notes one more of a kind. */
export const note = (unexplained: Unexplained, kind: string, describe: () => string): void => {
  const noted = unexplained.get(kind)
  if (noted === undefined) unexplained.set(kind, { count: 1, first: describe() })
  else noted.count++
}

/** Counts one more under a name. */
export const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
