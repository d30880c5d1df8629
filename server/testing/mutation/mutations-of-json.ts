// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of sources, as they stand there.
import { faultsIn, type Mutation, noticedBy } from './mutation.ts'

const protocol = 'server/protocol'
const vectors = `${protocol}/vectors.test.ts`
const strictJson = `${protocol}/strict-json.test.ts`
const writtenNumbers = `${protocol}/written-numbers.test.ts`
const eventFormat = `${protocol}/event-format.test.ts`
const sealEvent = `${protocol}/seal-event.test.ts`
const identifiers = `${protocol}/identifiers.test.ts`
const onForm = 'server/testing/peers/attacks-on-form.test.ts'

/** Faults in reading JSON that can mean one thing only. */
const ofReading: readonly Mutation[] = noticedBy(
  [strictJson],
  faultsIn(`${protocol}/strict-json.ts`, [
    ['JSON: a key may come twice in what looks plain', 'if (members < 2 || countKeys(value) === members) return value', 'return value'],
    ['JSON: nesting of what looks plain does not count', 'if (++depth > maxDepth) return -1', 'depth++'],
    ['JSON: halves of surrogate pairs may stand in what looks plain', 'return text.isWellFormed() ? members : -1', 'return members'],
    [
      'JSON: escapes may spell a key twice, or half a surrogate pair',
      'if (unit === 0x5c && text.charCodeAt(++next) === 0x75) return -1',
      'if (unit === 0x5c) next++',
    ],
    ['integers: a fraction looks plain', 'const odd = follower === 0x2e || follower', 'const odd = follower'],
    ['integers: an exponent looks plain', '|| follower === 0x65 ||', '||'],
    ['integers: 16 digits look plain', 'next - first > 15', 'next - first > 16'],
    ['integers: any number of digits looks plain', 'next - first > 15 ||', ''],
    ['integers: minus zero looks plain', ' || (first > at && text.charCodeAt(first) === 0x30)', ''],
    ['bytes that are no UTF-8 are read', 'if (!isUtf8(bytes)) throw', 'if (false) throw'],
  ]),
  faultsIn(`${protocol}/json-grammar.ts`, [
    ['JSON: a key may come twice', 'if (keys.has(key)) throw', 'if (false) throw'],
    ['JSON: nesting does not count', '&& depth >= cursor.maxDepth) {', '&& false) {'],
    ['JSON: half a surrogate pair may stand', 'if (!low) throw', 'if (false) throw'],
    ['JSON: half a surrogate pair may be escaped', 'if ((isHigh(unit) || isLow(unit)) && !paired) throw', 'if (false) throw'],
    [
      'JSON: something may follow',
      "if (cursor.at < text.length) throw fault(cursor, 'M_NOT_JSON', 'Something",
      "if (false) throw fault(cursor, 'M_NOT_JSON', 'Something",
    ],
    ['integers: any number where there must be one', "if (cursor.integers === 'strict' && !plain)", 'if (false)'],
    [
      'integers: a fraction where there must be one',
      'match[1] === undefined && match[2] === undefined && Number',
      'match[2] === undefined && Number',
    ],
    [
      'integers: an exponent where there must be one',
      'match[1] === undefined && match[2] === undefined && Number',
      'match[1] === undefined && Number',
    ],
    ['integers: beyond 2^53 where there must be one', 'Number.isSafeInteger(value) && !Object', 'Number.isFinite(value) && !Object'],
    ['integers: minus zero where there must be one', '&& !Object.is(value, -0)', ''],
    ['numbers beyond every double', 'if (!Number.isFinite(value)) throw', 'if (false) throw'],
  ]),
)

/** Faults in keeping numbers as they were written. */
const ofNumbers: readonly Mutation[] = noticedBy(
  [writtenNumbers, vectors],
  faultsIn(`${protocol}/strict-json.ts`, [
    ['as written: numbers become doubles', "integers === 'written' ? parseWithWrittenNumbers(text) : JSON.parse(text)", 'JSON.parse(text)'],
  ]),
  faultsIn(`${protocol}/written-numbers.ts`, [
    ['as written: 1.0 becomes 1', 'keptNumber.test(text) && Number.isSafeInteger(value)', 'Number.isSafeInteger(value)'],
    ['as written: 2^53 + 1 becomes 2^53', 'keptNumber.test(text) && Number.isSafeInteger(value)', 'keptNumber.test(text)'],
    [
      'as written: an object passes for a number',
      '=> JSON.isRawJSON(value)',
      "=> typeof value === 'object' && value !== null && 'rawJSON' in value",
    ],
    ['as written: minus zero stays', "rawJSON === '-0' || (", '('],
    [
      'as written: exponents stay',
      "rawJSON === '-0' || (wholeWithExponent.test(rawJSON) && Number.isSafeInteger(Number(rawJSON)))",
      "rawJSON === '-0'",
    ],
    [
      'rules see objects for numbers',
      'if (isWrittenNumber(value)) return Number(canonicalNumber(value))',
      'if (isWrittenNumber(value)) return value',
    ],
    [
      '__proto__: plain numbers give an object another prototype',
      'value : Object.fromEntries(read)',
      'value : read.reduce((all, [key, inner]) => { all[key] = inner; return all }, {} as { [key: string]: unknown })',
    ],
    [
      '__proto__: written numbers give an object another prototype',
      'return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]))',
      'const all: { [key: string]: unknown } = {}\n  for (const [key, inner] of Object.entries(value)) all[key] = written(inner)\n  return all',
    ],
  ]),
  faultsIn(`${protocol}/event-id.ts`, [
    ['as written: rules see what was written', 'pdu: version.strictIntegers ? pdu : plainNumbers(pdu)', 'pdu'],
  ]),
)

/** Faults in the one text that all servers make of a value. */
const ofCanonicalForm: readonly Mutation[] = noticedBy(
  [vectors, strictJson],
  faultsIn(`${protocol}/encoding.ts`, [
    ['canonical: any number', 'if (!Number.isSafeInteger(value)) {', 'if (false) {'],
    ['canonical: integers beyond 2^53', 'if (!Number.isSafeInteger(value)) {', 'if (!Number.isInteger(value)) {'],
    ['canonical: half a surrogate pair', 'if (!text.isWellFormed()) throw', 'if (false) throw'],
    [
      'canonical: few keys by UTF-16 units',
      '(fromSurrogates.test(a) && fromSurrogates.test(b) ? compareCodePoints(a, b) < 0 : a < b)',
      '(a < b)',
    ],
    ['canonical: many keys by UTF-16 units', 'keys.some((key) => fromSurrogates.test(key)) ? compareCodePoints : undefined', 'undefined'],
    ['canonical: keys as they come', '  sortKeys(keys)\n', ''],
    ['canonical: numbers as written become objects', 'if (keys.length === 1 && isWrittenNumber(value)) return canonicalNumber(value)', ''],
  ]),
)

/** Faults in the format that an event must have, and in its sizes. */
const ofFormat: readonly Mutation[] = [
  ...noticedBy(
    [vectors],
    faultsIn(`${protocol}/event-format.ts`, [
      ['size: an event of any', '> maxEventBytes ? `The event', '> 2 * maxEventBytes ? `The event'],
      ['size: an event is counted in characters', 'Buffer.byteLength(canonicalJson(pdu)) >', 'canonicalJson(pdu).length >'],
      ['size: fields of any', '(value.length * 3 <= maxIdBytes || Buffer.byteLength(value) <= maxIdBytes)', 'true'],
      ['size: fields are counted in characters', '|| Buffer.byteLength(value) <= maxIdBytes)', '|| value.length <= maxIdBytes)'],
      ['format: any number of citations', 'Array.isArray(value) && value.length <= most &&', 'Array.isArray(value) &&'],
      ['format: anything may be cited', 'value.every((citation) => isCitation(version, citation))', 'value.length >= 0'],
      ['format: a create event of version 12 names its room', '? value === undefined : isRoomId(value)', '? true : isRoomId(value)'],
      ['format: depths below zero', 'isInteger(value) && !isNegative(value)', 'isInteger(value)'],
      ['format: depths beyond 64 bits', 'return integer <= largestInt64 && integer', 'return integer'],
      [
        'format: depths that are no integers',
        '(_version, value) => isInteger(value) && !isNegative(value)',
        '(_version, value) => !isNegative(value)',
      ],
      ['integers: version 6 and later, numbers as written', 'if (version.strictIntegers) return oddNumber(version)', ''],
      ['format: hashes may be anything', "['hashes', (_version, value) => isHashes(value),", "['hashes', () => true,"],
      ['format: signatures may be anything', "['signatures', (_version, value) => isSignatures(value),", "['signatures', () => true,"],
    ]),
  ),
  ...noticedBy(
    [vectors, identifiers],
    faultsIn(`${protocol}/identifiers.ts`, [
      ['size: IDs of any', 'text.length <= maxBytes && (', 'true || ('],
      ['size: IDs are counted in characters', '|| Buffer.byteLength(text) <= maxBytes)', '|| true)'],
    ]),
  ),
  ...noticedBy(
    [eventFormat],
    faultsIn(`${protocol}/event-format.ts`, [
      ['depth: an event nests as it likes', 'depth >= maxEventLevels)', 'depth >= 1_000_000_000)'],
      ['integers: what was read as a double passes', "if (typeof value === 'number' && !isPlain(value))", 'if (false)'],
      ['integers: minus zero passes', '&& !Object.is(value, -0)', ''],
      ['format: a number passes for an object', 'isObject(value) && !isWrittenNumber(value)', 'isObject(value)'],
    ]),
    faultsIn(`${protocol}/json-values.ts`, [
      ['__proto__: what an object inherits counts as its own', 'Object.hasOwn(value, key)', 'key in value'],
    ]),
  ),
  ...noticedBy(
    [sealEvent],
    faultsIn(`${protocol}/seal-event.ts`, [
      ['size: our own events of any', 'if (Buffer.byteLength(json) > maxEventBytes) throw', 'if (false) throw'],
      [
        'size: fields of our own events of any',
        'value.length > maxIdBytes / 3 && Buffer.byteLength(value) > maxIdBytes)',
        'value.length > 2 * maxIdBytes)',
      ],
      [
        'depth: ours grows beyond what the version takes',
        'unsealed.depth > Number.MAX_SAFE_INTEGER ? version.maxDepth : unsealed.depth',
        'unsealed.depth',
      ],
    ]),
  ),
  ...noticedBy(
    [onForm],
    faultsIn('server/storage/event-rows.ts', [
      ['depth: no column holds the deepest event', 'Math.min(Math.max(number, 0), Number.MAX_SAFE_INTEGER)', 'number'],
    ]),
  ),
]

/** Faults in reading JSON and integers, and in the sizes of events. */
export const mutationsOfJson: readonly Mutation[] = [...ofReading, ...ofNumbers, ...ofCanonicalForm, ...ofFormat]
