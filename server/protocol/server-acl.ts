import { domainToUnicode } from 'node:url'
import type { JsonObject } from './event.ts'
import { compileGlob } from './glob.ts'
import { isIpLiteral, parseServerName } from './identifiers.ts'
import { own } from './json-values.ts'
import type { StateLookup } from './state-map.ts'

/** Which servers a room lets take part. client-server-api/#server-access-control-lists-acls-for-rooms */
export interface ServerAcl {
  /** Whether the server may take part; its port does not count. What is no server name may not. */
  readonly allows: (serverName: string) => boolean
}

/** The ACL of a room without such an event. */
const openToAll: ServerAcl = { allows: () => true }

const compiled = new WeakMap<JsonObject, ServerAcl>()

/** The ACL in a room's state, made ready once for each event. */
export const serverAclIn = (lookup: StateLookup): ServerAcl => {
  const content = lookup('m.room.server_acl', '')?.pdu.content
  if (content === undefined) return openToAll
  let acl = compiled.get(content)
  if (acl === undefined) compiled.set(content, (acl = compileServerAcl(content)))
  return acl
}

const verdictsKept = 1000

/**
 * Makes an ACL ready to ask. A list that is absent or no list is empty, and entries that are no strings are none; so where there is
 * nothing to read in `allow`, nobody may take part. IP addresses are welcome unless `allow_ip_literals` is `false`. #mroomserver_acl
 *
 * NOTSPEC: what denies is also compared with the other spellings of the same host (a dot at the end, an internationalised name, other
 * writings of an address), because by those a denied server would come back. What allows is compared as the text has it.
 */
export const compileServerAcl = (content: JsonObject): ServerAcl => {
  const withIpLiterals = own(content, 'allow_ip_literals') !== false
  const denied = compileHosts(textsOf(own(content, 'deny')).flatMap(spellingsOfPattern))
  const allowed = compileHosts(textsOf(own(content, 'allow')).map((pattern) => pattern.toLowerCase()))
  const judge = (host: string): boolean => {
    const name = host.toLowerCase()
    // 2
    if (!withIpLiterals && isIpLiteral(name)) return false
    // 3
    if (spellingsOfHost(name).some(denied)) return false
    // 4 and 5
    return allowed(name)
  }
  const verdicts = new Map<string, boolean>()
  return {
    allows: (serverName) => {
      const host = parseServerName(serverName)?.host
      if (host === undefined) return false
      let verdict = verdicts.get(host)
      if (verdict === undefined) {
        if (verdicts.size >= verdictsKept) verdicts.clear()
        verdicts.set(host, (verdict = judge(host)))
      }
      return verdict
    },
  }
}

const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [])

/** A test whether one of the patterns, in lower case, matches a host. Those of the usual kinds are looked up, not tried one by one. */
const compileHosts = (patterns: readonly string[]): ((host: string) => boolean) => {
  const whole = new Set<string>()
  // Of `*.example.org`: what follows the star.
  const domains = new Set<string>()
  const globs = new Set<string>()
  for (const pattern of patterns) {
    const parts = pattern.split(/\*+/)
    const [first = '', second = ''] = parts
    if (pattern.includes('?')) globs.add(parts.join('*'))
    else if (parts.length === 1) whole.add(first)
    else if (parts.length === 2 && first === '' && (second === '' || second.startsWith('.'))) domains.add(second)
    else globs.add(parts.join('*'))
  }
  const tests = [...globs].map((pattern) => compileGlob(pattern))
  return (host) => domains.has('') || whole.has(host) || endings(host).some((end) => domains.has(end)) || tests.some((test) => test(host))
}

/** A host from each of its dots on. */
const endings = (host: string): string[] => {
  const found: string[] = []
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) found.push(host.slice(dot))
  return found
}

/** All that a host (in lower case) is also called: what reaches the same server. */
const spellingsOfHost = (name: string): readonly string[] => {
  const bare = withoutEndDots(name)
  const usual = usualHost(bare)
  return [...new Set([name, bare, usual, mappedIpv4(usual) ?? usual])]
}

const spellingsOfPattern = (pattern: string): readonly string[] => {
  const sought = pattern.toLowerCase().normalize()
  const bare = withoutEndDots(sought)
  const host = parseServerName(bare)?.host
  return host === bare && isIpLiteral(host) ? [sought, bare, usualHost(bare)] : [sought, bare]
}

/** A host with its international letters, an address in its one usual form. */
const usualHost = (host: string): string => domainToUnicode(host) || host

const withoutEndDots = (name: string): string => {
  let end = name.length
  while (end > 1 && name[end - 1] === '.') end--
  return name.slice(0, end)
}

/** The IPv4 address that an IPv6 address stands for: `1.2.3.4` of `[::ffff:102:304]`. RFC 4291, 2.5.5.2 */
const mappedIpv4 = (host: string): string | undefined => {
  const groups = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host)
  if (groups === null) return undefined
  const [high, low] = [Number.parseInt(groups[1] as string, 16), Number.parseInt(groups[2] as string, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
