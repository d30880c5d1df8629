export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A copy in which each object's keys and each array have been given to the functions; inner values first. */
export interface Visitor {
  /** Gives the new value of a leaf; `key` is the nearest object key above it. */
  readonly leaf?: (value: null | boolean | number | string, key: string) => Json
  readonly array?: (values: Json[], key: string) => Json[]
  readonly object?: (value: { [key: string]: Json }, key: string) => { [key: string]: Json }
}

export const walked = (value: Json, visitor: Visitor, key = ''): Json => {
  if (Array.isArray(value)) {
    const inner = value.map((one) => walked(one, visitor, key))
    return visitor.array?.(inner, key) ?? inner
  }
  if (typeof value === 'object' && value !== null) {
    const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walked(one, visitor, name)]))
    return visitor.object?.(inner, key) ?? inner
  }
  return visitor.leaf?.(value, key) ?? value
}

/** Every object anywhere inside that passes. */
export const objectsIn = (value: Json, passes: (object: { [key: string]: Json }) => boolean): { [key: string]: Json }[] => {
  const found: { [key: string]: Json }[] = []
  walked(value, {
    object: (object) => {
      if (passes(object)) found.push(object)
      return object
    },
  })
  return found
}

/** Whether this is an event as clients read it. */
export const isEvent = (object: { [key: string]: Json }): boolean =>
  typeof object['event_id'] === 'string' && typeof object['type'] === 'string'
