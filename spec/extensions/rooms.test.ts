import test from 'ava'
import { kind, policy } from './kind-and-policy.ts'
import { createPresetRoom, presetOverrides } from './rooms.ts'

const alias = new RegExp(createPresetRoom.body.properties.alias.pattern, 'u')

test('an alias is words in lower case, parted by single hyphens, in any script', (t) => {
  for (const good of ['general', 'release-planning', 'q3-2027', 'überblick', '営業', 'हिन्दी']) t.true(alias.test(good), good)
  for (const bad of ['General', 'a--b', '-a', 'a-', 'a b', 'a_b', '#a', 'a:b', 'a\nb', '']) t.false(alias.test(bad), bad)
})

test('an alias that almost fits is refused without backtracking', (t) => {
  t.false(alias.test(`${'a'.repeat(100_000)}!`))
})

test('nothing that may be overridden has a default, since a default would win over the preset', (t) => {
  const withDefault = Object.entries(presetOverrides.properties).filter(([, schema]) => 'default' in schema)
  t.deepEqual(withDefault, [])
})

test('every key of the policy can be overridden, and no level shares its name', (t) => {
  t.true(Object.keys(policy.properties).every((key) => key in presetOverrides.properties))
  t.is(Object.keys(presetOverrides.properties).length, Object.keys(policy.properties).length + 4)
})

test('a kind is needed and is one that clients know how to show', (t) => {
  t.deepEqual(kind.required, ['kind'])
  t.true(kind.properties.kind.enum.includes('channel'))
})
