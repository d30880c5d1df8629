// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of sources, as they stand there.
import { faultsIn, type Mutation, noticedBy } from './mutation.ts'

const protocol = 'server/protocol'

/** Every place for a part is tried with every place for those after it. */
const backtracking = `if (last === undefined) return at === text.length
  const tries = (rest: readonly GlobPart[], from: number): boolean => {
    if (rest.length === 0) return last.lastBegin(text) >= from
    for (let end = rest[0]!.find(text, from, anywhere); end >= 0; end = rest[0]!.find(text, end, anywhere))
      if (tries(rest.slice(1), end)) return true
    return false
  }
  return at >= 0 && tries(others, at)
`

/** Each place of the text is looked at anew. */
const eachPlaceAnew = `for (let at = from; at < text.length; at++) {
        let end = at
        const isHere = signs.every((sign) => {
          const found = text.codePointAt(end)
          end += found === undefined ? 0 : widthOf(found)
          return found !== undefined && (sign === question || sign === found)
        })
        if (isHere && fits(text, at, end, bounds)) return end
      }
      return -1`

/** Faults that let a pattern cost more than a few looks at a text. */
const ofPatterns: readonly Mutation[] = [
  ...noticedBy(
    [`${protocol}/glob.test.ts`],
    faultsIn(`${protocol}/glob.ts`, [
      ['globs: stars backtrack', 'if (last === undefined) return at === text.length\n', backtracking],
      ['globs: a text is put in lower case for each rule', 'if (text !== lastText) {', '{'],
    ]),
    faultsIn(`${protocol}/glob-part.ts`, [
      [
        'globs: occurrences that overlap are looked at one by one',
        'return findAmongOverlapping(part, table, text, first + 1, bounds)',
        'for (let at = first; at >= 0; at = text.indexOf(part, at + 1)) if (fits(text, at, at + part.length, bounds)) return at + part.length\n      return -1',
      ],
      ['globs: question marks are tried at each place', 'return findByBits(signs.length, masks, text, from, bounds)', eachPlaceAnew],
    ]),
  ),
  ...noticedBy(
    [`${protocol}/push-cost.test.ts`],
    faultsIn(`${protocol}/push-evaluation.ts`, [
      [
        'push rules: each reads all of a message',
        'const reach = Math.floor(maxUnitsRead / Math.max(1, patternsIn(ruleset)))',
        'const reach = Number.POSITIVE_INFINITY',
      ],
      ['push rules: conditions read all of a message', 'compileCondition(condition, reach)', 'compileCondition(condition)'],
    ]),
    faultsIn(`${protocol}/event-filter.ts`, [
      ['filters: any number of types with a star', 'if (starred.length > maxTypePatterns) {', 'if (false) {'],
      ['filters: each type is tried', "globs ? texts.filter((text) => text.includes('*')) : []", 'globs ? texts : []'],
    ]),
  ),
]

/** Faults in server ACLs. */
const ofAcls: readonly Mutation[] = noticedBy(
  [`${protocol}/server-acl.test.ts`],
  faultsIn(`${protocol}/server-acl.ts`, [
    ['ACLs: case counts in what is denied', 'const sought = pattern.toLowerCase().normalize()', 'const sought = pattern.normalize()'],
    ['ACLs: case counts in who asks', 'const name = host.toLowerCase()', 'const name = host'],
    ['ACLs: decomposed letters are others', 'pattern.toLowerCase().normalize()', 'pattern.toLowerCase()'],
    [
      'ACLs: another port is another server',
      'const host = parseServerName(serverName)?.host',
      'const host = parseServerName(serverName) && serverName',
    ],
    ['ACLs: what is no server name may take part', 'if (host === undefined) return false', 'if (host === undefined) return true'],
    ['ACLs: addresses are welcome', 'if (!withIpLiterals && isIpLiteral(name)) return false', ''],
    ['ACLs: a dot at the end makes another server', "while (end > 1 && name[end - 1] === '.') end--", ''],
    ['ACLs: Punycode, or another writing of an address, makes another server', 'domainToUnicode(host) || host', 'host'],
    ['ACLs: an IPv6 address does not stand for its IPv4 address', 'mappedIpv4(usual) ?? usual', 'usual'],
    [
      'ACLs: what is allowed goes before what is denied',
      'if (spellingsOfHost(name).some(denied)) return false',
      'if (spellingsOfHost(name).some(denied) && !allowed(name)) return false',
    ],
    [
      'ACLs: an empty list lets everybody in',
      "const allowed = compileHosts(textsOf(own(content, 'allow'))",
      "const allowed = compileHosts(textsOf(own(content, 'allow') ?? ['*'])",
    ],
    ['ACLs: one that is no text spoils the rest', "list.filter((entry) => typeof entry === 'string')", 'list.map(String)'],
    ['ACLs: domains are tried one by one', "(second === '' || second.startsWith('.'))) domains", "second === '') domains"],
    ['ACLs: who sends much is judged each time', 'if (verdict === undefined) {', '{'],
    ['ACLs: verdicts are kept for ever', 'if (verdicts.size >= verdictsKept) verdicts.clear()', ''],
  ]),
)

/** Faults that let rules and resolution cost more than what they look at. */
const ofRules: readonly Mutation[] = [
  ...noticedBy(
    [`${protocol}/state-resolution.test.ts`],
    faultsIn(`${protocol}/conflicted-set.ts`, [
      [
        'resolution: chains take stack',
        'for (let edge = offsets[index]!; edge < offsets[index + 1]!; edge++) inChain[targets[edge]! * words + word]! |= bits',
        `const walk = (from: number): void => {
        for (let edge = offsets[from]!; edge < offsets[from + 1]!; edge++) {
          const to = targets[edge]! * words + word
          if ((inChain[to]! & bits) === bits) continue
          inChain[to]! |= bits
          walk(targets[edge]!)
        }
      }
      walk(index)`,
      ],
    ]),
  ),
  ...noticedBy(
    [`${protocol}/mainline.test.ts`],
    faultsIn(`${protocol}/mainline.ts`, [
      [
        'resolution: the way to the mainline is gone anew by each event',
        'for (let at = start; at !== end; at = powerLevelsCitedBy(graph, at)) known[at] = found',
        '',
      ],
      [
        'resolution: the mainline takes stack',
        'while (end >= 0 && known[end] === 0) end = powerLevelsCitedBy(graph, end)',
        `const walk = (from: number): number => (from >= 0 && known[from] === 0 ? walk(powerLevelsCitedBy(graph, from)) : from)
    end = walk(end)`,
      ],
    ]),
  ),
  ...noticedBy(
    [`${protocol}/auth-cost.test.ts`],
    faultsIn(`${protocol}/power-level-rules.ts`, [
      [
        'rules: levels of all users are read for each of them',
        'if (userId !== sender && young.get(userId) !== level && level >= power) {',
        "if (userId !== sender && levelsIn(version, content, 'users').get(userId) !== level && level >= power) {",
      ],
      [
        'rules: all users are looked through for each creator',
        'some((creator) => Object.hasOwn(users, creator))',
        'some((creator) => Object.keys(users).some((userId) => users[userId] !== undefined && userId === creator))',
      ],
    ]),
    faultsIn(`${protocol}/power-levels.ts`, [
      [
        'rules: levels of all users are read for a message',
        "readLevel(version, own(own(levels, 'users'), userId)) ??",
        "levelsIn(version, levels, 'users').get(userId) ??",
      ],
    ]),
  ),
]

/** Faults that let what others sent cost more than it should, or let a denied server come back. */
export const mutationsOfCosts: readonly Mutation[] = [...ofPatterns, ...ofAcls, ...ofRules]
