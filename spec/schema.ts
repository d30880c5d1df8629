/** The subset of JSON Schema (2020-12) in which every file of `spec/` is written. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'
  readonly title?: string
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: { readonly [name: string]: Schema }
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly maxProperties?: number
  readonly propertyNames?: Schema
  readonly anyOf?: readonly Schema[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly deprecated?: boolean
}

/** What the string formats of the contract are in TypeScript. */
interface Formats {
  'user-id': `@${string}:${string}`
  'room-id': `!${string}`
  'event-id': `$${string}`
  'room-alias': `#${string}:${string}`
  'room-id-or-alias': `!${string}` | `#${string}:${string}`
}

/** The TypeScript type of the values that schema `S` accepts. */
export type FromSchema<S> = S extends { const: infer C }
  ? C
  : S extends { enum: readonly (infer E)[] }
    ? E
    : S extends { anyOf: readonly (infer A)[] }
      ? FromSchema<A>
      : S extends { type: 'string'; format: infer F extends keyof Formats }
        ? Formats[F]
        : S extends { type: 'string' }
          ? string
          : S extends { type: 'integer' | 'number' }
            ? number
            : S extends { type: 'boolean' }
              ? boolean
              : S extends { type: 'null' }
                ? null
                : S extends { type: 'array'; items: infer I }
                  ? FromSchema<I>[]
                  : S extends { type: 'object' }
                    ? FromObject<S>
                    : unknown

type FromObject<S> = S extends { properties: infer P }
  ? { [K in keyof P as K extends RequiredOf<S> ? K : never]: FromSchema<P[K]> } & {
      [K in keyof P as K extends RequiredOf<S> ? never : K]?: FromSchema<P[K]>
    } & Rest<S>
  : S extends { additionalProperties: infer A extends object }
    ? { [name: string]: FromSchema<A> }
    : { [name: string]: unknown }
type RequiredOf<S> = S extends { required: readonly (infer R)[] } ? R : never
type Rest<S> = S extends { additionalProperties: true } ? { [name: string]: unknown } : unknown
