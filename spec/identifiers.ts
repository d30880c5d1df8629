/** IDs are typed by their sigil; all of them are at most 255 bytes long (appendices/#identifier-grammar). */
export type UserId = `@${string}:${string}`
export type RoomId = `!${string}`
export type EventId = `$${string}`
export type RoomAlias = `#${string}:${string}`

export const userId = { type: 'string', format: 'user-id', maxLength: 255 } as const
export const roomId = { type: 'string', format: 'room-id', maxLength: 255 } as const
export const eventId = { type: 'string', format: 'event-id', maxLength: 255 } as const
export const roomAlias = { type: 'string', format: 'room-alias', maxLength: 255 } as const
export const roomIdOrAlias = { type: 'string', format: 'room-id-or-alias', maxLength: 255 } as const
export const deviceId = { type: 'string', minLength: 1, maxLength: 512 } as const
/** What a user calls a device. */
export const deviceName = { type: 'string', maxLength: 1000 } as const
export const serverName = { type: 'string', minLength: 1, maxLength: 230 } as const
/** Milliseconds since the Unix epoch. */
export const timestamp = { type: 'integer', minimum: 0 } as const
