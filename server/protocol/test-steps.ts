type Cost = (text: string, found: unknown, sought: string, from: number) => number

/** Methods that read a text, with how many of its characters a call looks at. */
const costs: { readonly [name: string]: Cost } = {
  charCodeAt: () => 1,
  codePointAt: () => 1,
  startsWith: (_text, _found, sought) => sought.length,
  endsWith: (_text, _found, sought) => sought.length,
  indexOf: (text, found, sought, from = 0) => (found === -1 ? text.length : Number(found)) - from + sought.length,
  toLowerCase: (text) => text.length,
  normalize: (text) => text.length,
}

/**
 * How many characters of texts are read while `deed` runs: what an attack multiplies, on every machine alike. Regular expressions
 * are not seen, so what is measured by this may not use them on what others wrote.
 */
export const readsIn = (deed: () => void): number => {
  let reads = 0
  const methods = String.prototype as unknown as { [name: string]: (...given: unknown[]) => unknown }
  const originals = Object.keys(costs).map((name) => [name, methods[name] as (...given: unknown[]) => unknown] as const)
  for (const [name, original] of originals) {
    methods[name] = function (this: string, ...given: unknown[]) {
      const found = original.apply(this, given)
      reads += (costs[name] as Cost)(this, found, given[0] as string, given[1] as number)
      return found
    }
  }
  try {
    deed()
  } finally {
    for (const [name, original] of originals) methods[name] = original
  }
  return reads
}
