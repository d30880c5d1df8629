import type { ServerResponse } from 'node:http'

/** Lets pages of any origin call. client-server-api/#web-browser-clients */
export const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'X-Requested-With, Content-Type, Authorization',
  'Access-Control-Expose-Headers': 'Retry-After',
} as const

/** Answers with JSON text; does nothing when the caller is gone. All headers go in one call, the cheapest that Node has. */
export const answerJson = (response: ServerResponse, status: number, text: string, further?: { readonly [name: string]: string }): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    ...corsHeaders,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...further,
  })
  response.end(text)
}

/** Answers a pre-flight request, whatever its path: no endpoint's logic runs. */
export const answerPreflight = (response: ServerResponse): void => {
  response.writeHead(204, { ...corsHeaders, 'Access-Control-Max-Age': '86400' })
  response.end()
}
