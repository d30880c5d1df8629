import { en } from './en.ts'

/** The key of a text in the catalogue. */
export type MessageKey = keyof typeof en
type Values = { readonly [name: string]: string | number }

const locale = { current: 'en' }

/** Switches the language of all texts that are asked for from now on: `en`, or `pseudo`, which marks every catalogued text. */
export const setLocale = (name: 'en' | 'pseudo'): void => {
  locale.current = name
}

/** The language tag for dates and numbers. */
export const languageTag = (): string | undefined => (locale.current === 'pseudo' ? 'en' : undefined)

const plural = new Intl.PluralRules('en')
const accents = new Map([...'aeiouyAEIOUcn'].map((letter, index) => [letter, [...'àéîöûýÀÉÎÖÛçñ'][index] ?? letter]))

/** The text with accents, a third longer and in brackets: what is not like it on the screen is not in the catalogue. */
export const pseudo = (text: string): string => {
  const accented = text
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? part : [...part].map((letter) => accents.get(letter) ?? letter).join('')))
  return `⟦${accented.join('')}${'·'.repeat(Math.ceil(text.length / 3))}⟧`
}

const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))

/** A text of the catalogue with its places filled in; `count` chooses among its plural forms. */
export const msg = (key: MessageKey, values: Values = {}): string => {
  const entry: string | { readonly one: string; readonly other: string } = en[key]
  const text = typeof entry === 'string' ? entry : plural.select(Number(values['count'] ?? 0)) === 'one' ? entry.one : entry.other
  return fill(locale.current === 'pseudo' ? pseudo(text) : text, values)
}
