import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** Answers with a file of the web client, and tells whether there is one at the request's path. */
export type ServeWebFile = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/**
 * The files below `folder` as they are now; `undefined` when there is no such folder, or no page in it.
 * Only the paths found here are ever opened, so no path can lead out of the folder. The page itself is at `/` alone.
 */
export const createServeWebFile = async (folder: string): Promise<ServeWebFile | undefined> => {
  const names = await listFiles(folder)
  if (!names.includes('index.html')) return undefined
  const files = new Map(names.map((name) => [pathOf(name), { name, load: once(() => load(join(folder, name))) }]))

  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const url = request.url ?? ''
    const mark = url.indexOf('?')
    const file = files.get(mark === -1 ? url : url.slice(0, mark))
    if (file === undefined) return false
    answer(request, response, file.name, await file.load())
    return true
  }
}

interface WebFile {
  readonly plain: Buffer
  readonly gzipped: Buffer | undefined
  readonly etag: string
}

const listFiles = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const pathOf = (name: string): string => (name === 'index.html' ? '/' : `/${name.split(sep).map(encodeURIComponent).join('/')}`)

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

const compress = promisify(gzip)

const load = async (file: string): Promise<WebFile> => {
  const plain = await readFile(file)
  const gzipped = textual.has(extname(file)) && plain.length > 1024 ? await compress(plain) : undefined
  return { plain, gzipped, etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"` }
}

const answer = (request: IncomingMessage, response: ServerResponse, name: string, { plain, gzipped, etag }: WebFile): void => {
  const body = gzipped !== undefined && /\bgzip\b/.test(String(request.headers['accept-encoding'])) ? gzipped : plain
  const headers = {
    ...securityHeaders,
    'Cache-Control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Type': types[extname(name)] ?? 'application/octet-stream',
    ETag: etag,
    Vary: 'Accept-Encoding',
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length, ...(body === gzipped ? { 'Content-Encoding': 'gzip' } : {}) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Files that the bundler names after their content never change. */
const hashed = /^assets[/\\].*-[\w-]{8}\.\w+$/

const textual = new Set(['.html', '.js', '.css', '.json', '.svg', '.map', '.txt', '.webmanifest'])

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
}

/** Elements set styles of their own in their shadow roots, hence inline styles; scripts come from files alone. */
const securityHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'geolocation=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}
