import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'

/** The address a request came from: its connection's, or, behind trusted proxies, the last one that they did not add themselves. */
export type ClientAddress = (request: IncomingMessage) => string

/** @param trustedProxies addresses or CIDR ranges whose X-Forwarded-For is believed */
export const createClientAddress = (trustedProxies: readonly string[]): ClientAddress => {
  if (trustedProxies.length === 0) return peerOf
  const trusted = new BlockList()
  for (const range of trustedProxies) {
    const [address = '', bits] = range.split('/')
    if (bits === undefined) trusted.addAddress(address, familyOf(address))
    else trusted.addSubnet(address, Number(bits), familyOf(address))
  }
  return (request) => {
    let address = peerOf(request)
    const forwarded = request.headers['x-forwarded-for']
    if (forwarded === undefined) return address
    const hops = (typeof forwarded === 'string' ? forwarded : forwarded.join()).split(',')
    while (trusted.check(address, familyOf(address))) {
      const hop = plain(hops.pop()?.trim() ?? '')
      if (isIP(hop) === 0) break
      address = hop
    }
    return address
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** An IPv4 address inside IPv6 as IPv4. */
const plain = (address: string): string => (address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address)

const peerOf = (request: IncomingMessage): string => plain(request.socket.remoteAddress ?? '0.0.0.0')
