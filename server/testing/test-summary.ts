/** How the tests of a run ended. */
export interface Outcomes {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const colours = /\u001b\[[\d;]*m/g

/**
 * Counts what AVA's output tells: a line a test, and at the end what failed outside a test
 * (exceptions and rejections that nobody caught, tests cut off by a timeout).
 */
export const countOutcomes = (output: string): Outcomes => {
  const lines = output
    .replace(colours, '')
    .split('\n')
    .map((line) => line.trim())
  const starting = (mark: string): number => lines.filter((line) => line.startsWith(mark)).length
  const outside = /^(\d+) (?:unhandled rejections?|uncaught exceptions?|tests? remained pending after a timeout)$/
  return {
    passed: starting('✔ '),
    failed: starting('✘ [fail]:') + lines.reduce((sum, line) => sum + Number(outside.exec(line)?.[1] ?? 0), 0),
    skipped: starting('- [skip]') + starting('- [todo]'),
  }
}
