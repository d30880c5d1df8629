import type { EventId, RoomAlias, RoomId, UserId } from '../../spec/identifiers.ts'

/** The two halves of an ID that names its server. */
export interface Parsed {
  readonly localpart: string
  readonly serverName: string
}

/** The two halves of a server name. */
export interface ServerAddress {
  /** A DNS name, an IPv4 address, or an IPv6 address in its square brackets. */
  readonly host: string
  readonly port?: number
}

const maxBytes = 255
const serverNamePattern = /^(\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,255})(?::([0-9]{1,5}))?$/
const dottedQuad = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/
const numericLabel = /^(?:[0-9]+|0[xX][0-9A-Fa-f]*)$/
const hexGroup = /^[0-9A-Fa-f]{1,4}$/
const localpartPattern = /^[a-z0-9._=/+-]+$/
const opaqueId = /^[A-Za-z0-9_-]{43}$/

/** Host and port of a server name; `undefined` where the text is none. appendices/#server-name */
export const parseServerName = (text: string): ServerAddress | undefined => {
  const match = serverNamePattern.exec(text)
  const host = match?.[1]
  if (host === undefined) return undefined
  if (host.startsWith('[') ? !isIpv6(host.slice(1, -1)) : dottedQuad.test(host) && !isIpv4(host)) return undefined
  const port = match?.[2]
  if (port === undefined) return { host }
  return Number(port) > 65_535 ? undefined : { host, port: Number(port) }
}

/** Whether the text is a server name. */
export const isServerName = (text: string): boolean => parseServerName(text) !== undefined

/**
 * Whether the host of a server name is an IP address, in any spelling that network libraries take for one: `1.2.3.4`, `127.1`,
 * `0x7f000001`, each with or without a dot at the end. No domain ends in a number, so that none is mistaken for an address.
 */
export const isIpLiteral = (host: string): boolean =>
  host.startsWith('[') ||
  numericLabel.test(
    host
      .split('.')
      .filter((label) => label !== '')
      .at(-1) ?? '',
  )

const isIpv4 = (text: string): boolean => dottedQuad.test(text) && text.split('.').every((byte) => Number(byte) < 256)

// RFC 3513, 2.2: eight groups, or fewer around one `::`; the last two may be written as an IPv4 address.
const isIpv6 = (text: string): boolean => {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const quad = groups.at(-1)?.includes('.') ? groups.pop() : undefined
  if (quad !== undefined && (!isIpv4(quad) || text.endsWith('::'))) return false
  const count = groups.length + (quad === undefined ? 0 : 2)
  return groups.every((group) => hexGroup.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
}

const parse = (sigil: string, text: string): Parsed | undefined => {
  if (text[0] !== sigil || !fits(text)) return undefined
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const localpart = text.slice(1, colon)
  const serverName = text.slice(colon + 1)
  return localpart.includes('\0') || !localpart.isWellFormed() || !isServerName(serverName) ? undefined : { localpart, serverName }
}

const fits = (text: string): boolean => text.length <= maxBytes && (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes)

/**
 * The halves of a user ID, by the historical grammar that servers must accept: any characters but `:` and NUL, even none at all.
 * appendices/#historical-user-ids
 */
export const parseUserId = (text: string): Parsed | undefined => parse('@', text)

/** Whether the text is a user ID by the historical grammar. */
export const isUserId = (text: unknown): text is UserId => typeof text === 'string' && parseUserId(text) !== undefined

/** Whether a new account may bear this localpart, by its grammar. appendices/#user-identifiers */
export const isLocalpart = (text: string): boolean => localpartPattern.test(text)

/** The halves of a room alias. appendices/#room-aliases */
export const parseRoomAlias = (text: string): Parsed | undefined => parse('#', text)

/** Whether the text is a room alias. */
export const isRoomAlias = (text: unknown): text is RoomAlias => typeof text === 'string' && parseRoomAlias(text) !== undefined

/** Whether the text is a room ID: with a server name, or a hash (version 12 and later). appendices/#room-ids */
export const isRoomId = (text: unknown): text is RoomId =>
  typeof text === 'string' && ((text[0] === '!' && opaqueId.test(text.slice(1))) || parse('!', text) !== undefined)

/** Whether the text is an event ID of any room version. appendices/#event-ids */
export const isEventId = (text: unknown): text is EventId => typeof text === 'string' && text.length > 1 && text[0] === '$' && fits(text)

/** The server name in a user ID, an alias, or a room ID that has one; empty where there is none. Everything after the first colon. */
export const serverNameOf = (id: string): string => {
  const colon = id.indexOf(':')
  return colon < 0 ? '' : id.slice(colon + 1)
}
