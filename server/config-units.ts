const milliseconds: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}
const bytes: { readonly [unit: string]: number } = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** Milliseconds of a number of them, or of text such as `90s`, `5m`, `12h`, `7d`, `2w`, `1y`; `undefined` for anything else. */
export const parseDuration = (value: unknown): number | undefined => parse(value, milliseconds)

/** Bytes of a number of them, or of text such as `64K`, `2M`, `1G`; `undefined` for anything else. */
export const parseSize = (value: unknown): number | undefined => parse(value, bytes)

const parse = (value: unknown, units: { readonly [unit: string]: number }): number | undefined => {
  const [, digits, unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(String(value)) ?? []
  if (digits === undefined || (typeof value !== 'number' && typeof value !== 'string')) return undefined
  const factor = unit === '' ? 1 : Object.hasOwn(units, unit) ? units[unit] : undefined
  const result = factor === undefined ? Number.NaN : Number(digits) * factor
  return Number.isSafeInteger(result) ? result : undefined
}
