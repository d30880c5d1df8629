import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** A failure that is expected of one target. */
export interface KnownFailure {
  readonly id: string
  /** Whose fault, and why: `theirs: …`, `ours: …` or `text: …`; a link may end it. */
  readonly reason: string
}

/** The expected failures of a target, by ID. */
export interface KnownFailures {
  readonly entries: ReadonlyMap<string, KnownFailure>
  /** The comment lines that head the file. */
  readonly head: readonly string[]
}

/** Reads `ID  reason` lines; `#` begins a comment. A file that is not there lists nothing. @throws Error for a line without a reason. */
export const readKnownFailures = (file: string | undefined): KnownFailures =>
  file === undefined || !existsSync(file) ? { entries: new Map(), head: [] } : parseKnownFailures(readFileSync(file, 'utf8'), file)

/** The entries of such a file's text. */
export const parseKnownFailures = (text: string, file = 'the list'): KnownFailures => {
  const lines = text.split('\n')
  const entries = new Map<string, KnownFailure>()
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, id, reason] = /^(\S+)\s+(\S.*)$/.exec(line) ?? []
    if (id === undefined || reason === undefined) throw new Error(`${file}, line ${index + 1}: an ID and a reason are needed.`)
    if (entries.has(id)) throw new Error(`${file}, line ${index + 1}: ${id} is listed twice.`)
    entries.set(id, { id, reason })
  }
  const length = lines.findIndex((line) => !line.startsWith('#'))
  return { entries, head: lines.slice(0, length === -1 ? lines.length : length) }
}

/** The list as text: known reasons kept, IDs in alphabetical order, new ones marked `unclassified`. */
export const knownFailuresText = ({ entries, head }: KnownFailures, failed: readonly string[]): string => {
  const width = Math.max(0, ...failed.map((id) => id.length))
  const lines = [...new Set(failed)]
    .sort()
    .map((id) => `${id.padEnd(width)}  ${entries.get(id)?.reason ?? 'unclassified: say whose fault it is, and why'}`)
  return `${[...head, ...lines].join('\n')}\n`
}

/**
 * Rewrites the file so that a run like this one is as expected: what failed is listed; what passed, or is no check any more, is not;
 * entries that were not run stay.
 */
export const updateKnownFailures = (
  file: string,
  known: KnownFailures,
  failed: readonly string[],
  judged: ReadonlySet<string>,
  all: ReadonlySet<string>,
): void => {
  const kept = [...known.entries.keys()].filter((id) => all.has(id) && !judged.has(id))
  writeFileSync(file, knownFailuresText(known, [...failed, ...kept]))
}
