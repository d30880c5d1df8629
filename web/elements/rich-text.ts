import DOMPurify from 'dompurify'
import { html, type TemplateResult } from 'lit'
import { unsafeHTML } from 'lit/directives/unsafe-html.js'
import { type Content, textOf } from '../matrix/event.ts'
import { linksIn, userOfLink } from '../matrix/message-content.ts'
import { plainBody } from '../matrix/timeline-items.ts'

// client-server-api/#mroommessage-msgtypes: what formatted text may hold; colours and images are left out.
const tags = [
  'del',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'p',
  'a',
  'ul',
  'ol',
  'sup',
  'sub',
  'li',
  'b',
  'i',
  'u',
  'strong',
  'em',
  's',
  'code',
  'hr',
  'br',
  'div',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'caption',
  'pre',
  'span',
  'details',
  'summary',
]
const attributes = ['href', 'start', 'data-mx-spoiler', 'data-user']

const purifier = DOMPurify(window)
purifier.addHook('uponSanitizeElement', (node, { tagName }) => {
  // The quoted original of older clients stands above the message already.
  if (tagName === 'mx-reply') (node as Element).remove()
})
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return
  const user = userOfLink(node.getAttribute('href') ?? '')
  if (user === undefined) {
    node.setAttribute('target', '_blank')
    node.setAttribute('rel', 'noopener noreferrer')
  } else {
    node.setAttribute('data-user', user)
    node.removeAttribute('href')
  }
})

const cleaned = new Map<string, string>()
const keepAtMost = 1_000

/** HTML of others, reduced to what Matrix allows. */
export const clean = (formatted: string): string => {
  const known = cleaned.get(formatted)
  if (known !== undefined) return known
  const safe = purifier.sanitize(formatted, {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes,
    ALLOWED_URI_REGEXP: /^(?:https?|ftp|mailto|magnet):/i,
    ALLOW_DATA_ATTR: false,
  })
  if (cleaned.size >= keepAtMost) cleaned.clear()
  cleaned.set(formatted, safe)
  return safe
}

const withLinks = (text: string): (string | TemplateResult)[] => {
  const parts: (string | TemplateResult)[] = []
  let at = 0
  for (const { index, lastIndex, url } of linksIn(text)) {
    parts.push(text.slice(at, index), html`<a href=${url} target="_blank" rel="noopener noreferrer">${text.slice(index, lastIndex)}</a>`)
    at = lastIndex
  }
  return [...parts, text.slice(at)]
}

/** The text of a message: its formatted form, cleaned, or its plain one with links. Mentions of `me` carry the class `me`. */
export const richText = (content: Content, me: string): TemplateResult => {
  const formatted = textOf(content, 'format') === 'org.matrix.custom.html' ? textOf(content, 'formatted_body') : undefined
  if (formatted === undefined) return html`<span class="plain">${withLinks(plainBody(content))}</span>`
  return html`${unsafeHTML(clean(formatted).replaceAll(`data-user="${me}"`, `data-user="${me}" class="me"`))}`
}

/** Whether the message is nothing but one to three emoji. */
export const isEmojiOnly = (text: string): boolean => {
  const trimmed = text.trim()
  if (trimmed.length > 40 || !/^(?:\p{RGI_Emoji}|\s)+$/v.test(trimmed)) return false
  return [...new Intl.Segmenter().segment(trimmed.replace(/\s/g, ''))].length <= 3
}
