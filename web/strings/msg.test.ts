import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { en } from './en.ts'
import { msg, type MessageKey, pseudo, setLocale } from './msg.ts'

const elements = new URL('../elements/', import.meta.url)
const sources = readdirSync(elements)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, elements), 'utf8') }))

/** The literal parts of every html template, with `§` where a value stands. */
const templates = (source: string): string[] => {
  const found: string[] = []
  const read = (from: number): number => {
    let literal = ''
    let at = from
    while (at < source.length && source[at] !== '`') {
      if (source.startsWith('${', at)) {
        at = skip(at + 2)
        literal += '§'
      } else {
        literal += source[at]
        at += source[at] === '\\' ? 2 : 1
      }
    }
    found.push(literal)
    return at + 1
  }
  const skip = (from: number): number => {
    let depth = 1
    let at = from
    while (depth > 0 && at < source.length) {
      if (source.startsWith('html`', at)) at = read(at + 5)
      else if (source[at] === '`') at = readPlain(at + 1)
      else {
        if (source[at] === '{') depth += 1
        if (source[at] === '}') depth -= 1
        at += 1
      }
    }
    return at
  }
  const readPlain = (from: number): number => {
    let at = from
    while (at < source.length && source[at] !== '`') at = source.startsWith('${', at) ? skip(at + 2) : at + (source[at] === '\\' ? 2 : 1)
    return at + 1
  }
  for (let at = source.indexOf('html`'); at >= 0; at = source.indexOf('html`', at)) at = read(at + 5)
  return found
}

const spoken = /\s(?:aria-label|title|placeholder|alt|label|heading)="([^"§]*\p{L}[^"]*)"/gu

test('no element holds text of its own: all of it is in the catalogue', (t) => {
  const hardCoded = sources.flatMap(({ name, text }) =>
    templates(text).flatMap((template) => {
      const attributes = [...template.matchAll(spoken)].map((match) => match[1])
      const between = template
        .replace(/<!--.*?-->/gs, '')
        .replace(/<[^<>]*>/g, '\n')
        .split(/[\n§]/)
        .map((part) => part.trim())
      return [...attributes, ...between.filter((part) => /\p{L}{2}/u.test(part))].map((found) => `${name}: ${found}`)
    }),
  )
  t.deepEqual(hardCoded, [])
})

test('the search for text finds it where it stands', (t) => {
  const place = (inner: string) => `$\u007b${inner}}`
  const source = `html\`<p title="Hello">${place('a ? html`<b>there</b>` : `x`')} world</p>\``
  t.deepEqual(templates(source), ['<b>there</b>', '<p title="Hello">§ world</p>'])
  t.deepEqual(
    [...source.matchAll(spoken)].map((match) => match[1]),
    ['Hello'],
  )
})

test('every text of the catalogue is used', (t) => {
  const roots = ['../elements/', './', '../matrix/', '../']
  const all = roots
    .flatMap((root) =>
      readdirSync(new URL(root, import.meta.url))
        .filter((name) => name.endsWith('.ts') && name !== 'en.ts')
        .map((name) => readFileSync(new URL(root + name, import.meta.url), 'utf8')),
    )
    .join('\n')
  const built = [...all.matchAll(/msg\(`([^`]*)`/g)].map(
    (match) => new RegExp(`^${match[1]?.replace(/\$\{\w+\}/g, '\\w+').replace('.', '\\.')}$`),
  )
  const unused = Object.keys(en).filter((key) => !all.includes(`'${key}'`) && !built.some((pattern) => pattern.test(key)))
  t.deepEqual(unused, [])
})

test('texts are filled in and chosen by number', (t) => {
  t.is(msg('notice.invited', { by: 'Ann', who: 'Bob' }), 'Ann invited Bob')
  t.is(msg('list.messages', { count: 1 }), 'one unread message')
  t.is(msg('list.messages', { count: 3 }), '3 unread messages')
})

test.serial('the pseudo language marks every text and keeps its places', (t) => {
  setLocale('pseudo')
  try {
    for (const key of Object.keys(en) as MessageKey[]) t.regex(msg(key, { count: 2 }), /^⟦.*⟧$/su)
    t.true(msg('notice.invited', { by: 'Ann', who: 'Bob' }).includes('Ann'))
  } finally {
    setLocale('en')
  }
  t.is(pseudo('Send {name}'), '⟦Séñd {name}····⟧')
})
