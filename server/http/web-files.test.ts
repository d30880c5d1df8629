import test from 'ava'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServeWebFile } from './web-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'web-files-'))
const secret = join(folder, 'secret.txt')
const dist = join(folder, 'dist')
await mkdir(join(dist, 'assets'), { recursive: true })
await writeFile(join(dist, 'index.html'), '<!doctype html><title>page</title>')
await writeFile(join(dist, 'assets', 'main-a1B2c3D4.js'), `// ${'x'.repeat(3000)}`)
await writeFile(join(dist, 'icon.svg'), '<svg/>')
await writeFile(secret, 'secret')

const serveWebFile = await createServeWebFile(dist)
const server = createServer(async (request, response) => {
  if (!(await serveWebFile?.(request, response))) response.writeHead(404).end('none')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const origin = `http://127.0.0.1:${port}`
test.after.always(async () => {
  server.close()
  server.closeAllConnections()
  await rm(folder, { recursive: true })
})

test('the page is at / alone, is checked for news each time, and may not be framed', async (t) => {
  const response = await fetch(`${origin}/?x=1`)
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/html; charset=utf-8')
  t.is(response.headers.get('cache-control'), 'no-cache')
  t.is(response.headers.get('x-content-type-options'), 'nosniff')
  t.regex(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  t.regex(response.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  t.is((await fetch(`${origin}/index.html`)).status, 404)
  t.is((await fetch(`${origin}/some/page`)).status, 404)
})

test('a file named after its content is kept for ever, and compressed', async (t) => {
  const response = await fetch(`${origin}/assets/main-a1B2c3D4.js`, { headers: { 'accept-encoding': 'gzip' } })
  t.regex(response.headers.get('cache-control') ?? '', /immutable/)
  t.is(response.headers.get('content-encoding'), 'gzip')
  t.is((await response.text()).length, 3003)
})

test('a file that is known already is not sent again', async (t) => {
  const etag = (await fetch(`${origin}/icon.svg`)).headers.get('etag') ?? ''
  t.is((await fetch(`${origin}/icon.svg`, { headers: { 'if-none-match': etag } })).status, 304)
})

for (const path of [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/assets/',
  '//etc/passwd',
]) {
  test(`${path} leads nowhere`, async (t) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
      let text = ''
      socket
        .on('data', (chunk) => (text += chunk))
        .on('end', () => resolve(text))
        .on('error', reject)
    })
    t.regex(answer, /^HTTP\/1.1 404/)
  })
}

test('without a page nothing is served', async (t) => {
  t.is(await createServeWebFile(join(folder, 'absent')), undefined)
})
