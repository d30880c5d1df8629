import MarkdownIt from 'markdown-it'
import { type Content, objectOf, textOf, textsOf } from './event.ts'

/** A person that the writer has named. */
export interface Mention {
  readonly userId: string /** As it stands in the text, after the `@`. */
  readonly name: string
}

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true })
const plainMarkdown = new MarkdownIt({ html: false, linkify: false, breaks: true })

/** The links in a plain text, in order. */
export const linksIn = (text: string): { readonly index: number; readonly lastIndex: number; readonly url: string }[] =>
  (markdown.linkify.match(text) ?? []).filter((match) => /^(https?|mailto):/.test(match.url))

const escapeMarkdown = (text: string) => text.replace(/[\\`*_{}[\]()#+\-.!~|<>&]/g, '\\$&')

/** The link that stands for a person in formatted text. appendices/#matrixto-navigation */
export const linkTo = (userId: string): string => `https://matrix.to/#/${encodeURIComponent(userId)}`

/** The user that a link stands for. */
export const userOfLink = (href: string): string | undefined => {
  const target = /^https:\/\/matrix\.to\/#\/([^/?]+)/.exec(href)?.[1]
  try {
    const id = decodeURIComponent(target ?? '')
    return id.startsWith('@') && id.includes(':') ? id : undefined
  } catch {
    return undefined
  }
}

const withLinks = (text: string, mentions: readonly Mention[]): string =>
  [...mentions]
    .sort((a, b) => b.name.length - a.name.length)
    .reduce((linked, { userId, name }) => linked.split(`@${name}`).join(`[${escapeMarkdown(name)}](${linkTo(userId)})`), text)

const mentionsRoom = (text: string) => /(^|\s)@room(\s|[.,!?:;]|$)/.test(text)

/** The parts of `m.room.message` that the text alone decides: body, HTML where it says more, mentions. */
const textContent = (text: string, mentions: readonly Mention[], mayNotifyRoom: boolean): Content => {
  const named = mentions.filter(({ name }) => text.includes(`@${name}`))
  const html = markdown.render(withLinks(text, named)).trim()
  const bare = plainMarkdown.utils.escapeHtml(text).replace(/\n/g, '<br>\n')
  const isPlain = named.length === 0 && html.replace(/<a href="[^"]*">|<\/a>/g, '') === `<p>${bare}</p>`
  const userIds = [...new Set(named.map(({ userId }) => userId))]
  return {
    msgtype: 'm.text',
    body: text,
    ...(!isPlain && { format: 'org.matrix.custom.html', formatted_body: html.replace(/^<p>(.*)<\/p>$/s, unlessNested) }),
    'm.mentions': { ...(userIds.length > 0 && { user_ids: userIds }), ...(mayNotifyRoom && mentionsRoom(text) && { room: true }) },
  }
}

const unlessNested = (whole: string, inner: string): string => (inner.includes('<p>') ? whole : inner)

interface Said {
  readonly text: string
  readonly mentions?: readonly Mention[]
  readonly mayNotifyRoom?: boolean
  readonly replyTo?: { readonly eventId: string; readonly sender: string; readonly thread?: string | undefined } | undefined
}

/** A new message. A reply mentions the person that it answers. client-server-api/#rich-replies */
export const messageContent = ({ text, mentions = [], mayNotifyRoom = false, replyTo }: Said, me: string): Content => {
  const content = textContent(text, mentions, mayNotifyRoom)
  if (!replyTo) return content
  const mentioned = objectOf(content, 'm.mentions') ?? {}
  const userIds = new Set([...textsOf(mentioned, 'user_ids'), ...(replyTo.sender === me ? [] : [replyTo.sender])])
  const thread = replyTo.thread === undefined ? {} : { rel_type: 'm.thread', event_id: replyTo.thread, is_falling_back: false }
  return {
    ...content,
    'm.mentions': { ...mentioned, ...(userIds.size > 0 && { user_ids: [...userIds] }) },
    'm.relates_to': { ...thread, 'm.in_reply_to': { event_id: replyTo.eventId } },
  }
}

/** An edit of the message. Only those who were not mentioned before are told. client-server-api/#event-replacements */
export const editContent = (eventId: string, original: Content, said: Said): Content => {
  const next = textContent(said.text, said.mentions ?? [], said.mayNotifyRoom ?? false)
  const before = new Set(textsOf(objectOf(original, 'm.mentions'), 'user_ids'))
  const added = textsOf(objectOf(next, 'm.mentions'), 'user_ids').filter((userId) => !before.has(userId))
  return {
    ...next,
    body: `* ${said.text}`,
    ...(textOf(next, 'formatted_body') && { formatted_body: `* ${textOf(next, 'formatted_body')}` }),
    'm.mentions': added.length > 0 ? { user_ids: added } : {},
    'm.new_content': next,
    'm.relates_to': { rel_type: 'm.replace', event_id: eventId },
  }
}

/** A reaction with an emoji. client-server-api/#mreaction */
export const reactionContent = (eventId: string, key: string): Content => ({
  'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key },
})

/** The people that a message names in its formatted text, so that an edit can go on from them. */
export const mentionsIn = (content: Content, nameOf: (userId: string) => string): Mention[] => {
  const body = textOf(content, 'body') ?? ''
  const candidates = textsOf(objectOf(content, 'm.mentions'), 'user_ids').map((userId) => ({ userId, name: nameOf(userId) }))
  return candidates.filter(({ name }) => body.includes(`@${name}`))
}
