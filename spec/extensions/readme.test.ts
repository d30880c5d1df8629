import { readFileSync } from 'node:fs'
import test from 'ava'
import { openDirectMessage } from './direct-messages.ts'
import { closeCodes, liveSocketPath, maxClientFrameBytes } from './live-socket.ts'
import { resetPassword } from './password-reset.ts'
import { presetNames } from './presets.ts'
import { createPresetRoom, removeMember } from './rooms.ts'

const text = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const headings = text.split('\n').filter((line) => line.startsWith('#'))
const anchors = headings.map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'))

for (const { path, reference } of [createPresetRoom, removeMember, openDirectMessage, resetPassword]) {
  test(`the README has the section that ${path} refers to, and names its path`, (t) => {
    t.true(anchors.includes(reference.replace('extensions/README.md#', '')))
    t.true(text.includes(path.replace('/_matrix/client/unstable/chat.hallway', '…').replace(/:(\w+)/, '{$1}')))
  })
}

test("the README tells every preset, every close code, and the socket's path and limit", (t) => {
  for (const preset of presetNames) t.true(text.includes(`| \`${preset}\` |`), preset)
  for (const code of Object.values(closeCodes)) t.true(text.includes(String(code)), String(code))
  t.true(text.includes(liveSocketPath))
  t.true(text.includes(maxClientFrameBytes.toLocaleString('en')))
})
