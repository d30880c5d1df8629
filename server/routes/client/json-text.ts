import { SerializedJson } from '../../http/route.ts'

/** A JSON array of what is JSON text already. */
export const arrayText = (items: readonly string[]): string => `[${items.join(',')}]`

/** An answer whose values are JSON text already; keys without a value are left out. */
export const objectOfTexts = (values: { readonly [key: string]: string | undefined }): SerializedJson =>
  new SerializedJson(
    `{${Object.entries(values)
      .filter(([, text]) => text !== undefined)
      .map(([key, text]) => `${JSON.stringify(key)}:${text}`)
      .join(',')}}`,
  )
