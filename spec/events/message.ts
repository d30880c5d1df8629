import { eventId, userId } from '../identifiers.ts'
import type { FromSchema } from '../schema.ts'

const pixels = { type: 'integer', minimum: 0 } as const
const bytes = { type: 'integer', minimum: 0, description: 'Bytes.' } as const
const contentUri = { type: 'string', description: 'An `mxc:` URI; `file` replaces it where the room is encrypted.' } as const
const encryptedFile = { type: 'object', description: 'client-server-api/#sending-encrypted-attachments' } as const

/** The same text in several formats, best first; without a type it is plain. client-server-api/#mroomtopic */
export const textBlocks = {
  type: 'array',
  items: {
    type: 'object',
    required: ['body'],
    properties: { body: { type: 'string' }, mimetype: { type: 'string', default: 'text/plain' } },
  },
} as const

const thumbnail = {
  thumbnail_url: contentUri,
  thumbnail_file: encryptedFile,
  thumbnail_info: {
    type: 'object',
    properties: { w: pixels, h: pixels, mimetype: { type: 'string' }, size: bytes },
  },
} as const

/** What is known of an image without loading it. */
export const imageInformation = {
  type: 'object',
  properties: {
    w: pixels,
    h: pixels,
    mimetype: { type: 'string' },
    size: bytes,
    is_animated: { type: 'boolean', description: 'v1.18' },
    ...thumbnail,
  },
} as const

/** Whom a message singles out. client-server-api/#user-and-room-mentions */
export const mentions = {
  type: 'object',
  properties: {
    user_ids: { type: 'array', items: userId },
    room: { type: 'boolean', default: false, description: 'Everybody in the room.' },
  },
} as const

/** How an event belongs to another; each relation type reads its own keys. client-server-api/#forming-relationships-between-events */
export const relatesTo = {
  type: 'object',
  properties: {
    rel_type: { type: 'string', examples: ['m.replace', 'm.annotation', 'm.thread', 'm.reference'] },
    event_id: { ...eventId, description: 'The event that is edited, annotated or referred to, or the root of the thread.' },
    key: { type: 'string', description: 'With `m.annotation`: the reaction, an emoji or a short text.' },
    'm.in_reply_to': {
      type: 'object',
      required: ['event_id'],
      properties: { event_id: { ...eventId, description: 'The message that is answered.' } },
    },
    is_falling_back: {
      type: 'boolean',
      default: false,
      description: 'With `m.thread`: the reply is only there for clients without threads.',
    },
  },
} as const

const common = {
  body: { type: 'string', description: 'Plain text, always.' },
  'm.mentions': mentions,
  'm.relates_to': relatesTo,
  'm.new_content': { type: 'object', description: 'With `m.replace`: the whole content that replaces the old one.' },
} as const
const markup = {
  format: { type: 'string', examples: ['org.matrix.custom.html'] },
  formatted_body: { type: 'string' },
} as const
const attachment = {
  ...markup,
  url: contentUri,
  file: encryptedFile,
  filename: { type: 'string', description: 'Where it is there and differs, `body` is a caption. v1.10' },
} as const

const required = ['msgtype', 'body'] as const
const written = <const T extends string>(msgtype: T) =>
  ({ type: 'object', required, properties: { msgtype: { const: msgtype }, ...common, ...markup } }) as const

export const textMessage = written('m.text')
export const noticeMessage = written('m.notice')
export const emoteMessage = written('m.emote')

export const imageMessage = {
  type: 'object',
  required,
  properties: { msgtype: { const: 'm.image' }, ...common, ...attachment, info: imageInformation },
} as const

export const fileMessage = {
  type: 'object',
  required,
  properties: {
    msgtype: { const: 'm.file' },
    ...common,
    ...attachment,
    info: { type: 'object', properties: { mimetype: { type: 'string' }, size: bytes, ...thumbnail } },
  },
} as const

const duration = { type: 'integer', minimum: 0, description: 'Milliseconds.' } as const

export const audioMessage = {
  type: 'object',
  required,
  properties: {
    msgtype: { const: 'm.audio' },
    ...common,
    ...attachment,
    info: { type: 'object', properties: { mimetype: { type: 'string' }, size: bytes, duration } },
  },
} as const

export const videoMessage = {
  type: 'object',
  required,
  properties: {
    msgtype: { const: 'm.video' },
    ...common,
    ...attachment,
    info: {
      type: 'object',
      properties: { w: pixels, h: pixels, mimetype: { type: 'string' }, size: bytes, duration, ...thumbnail },
    },
  },
} as const

export const locationMessage = {
  type: 'object',
  required: ['msgtype', 'body', 'geo_uri'],
  properties: {
    msgtype: { const: 'm.location' },
    ...common,
    geo_uri: { type: 'string', pattern: '^geo:' },
    info: { type: 'object', properties: thumbnail },
  },
} as const

/** The content of `m.room.message`, whatever its type. client-server-api/#mroommessage */
export const messageContent = {
  type: 'object',
  required,
  properties: { msgtype: { type: 'string' }, ...common, ...markup },
} as const

/** Message type → the schema of its content. client-server-api/#mroommessage-msgtypes */
export const messageContents = {
  'm.text': textMessage,
  'm.notice': noticeMessage,
  'm.emote': emoteMessage,
  'm.image': imageMessage,
  'm.file': fileMessage,
  'm.audio': audioMessage,
  'm.video': videoMessage,
  'm.location': locationMessage,
} as const

/** The content of `m.reaction`. client-server-api/#mreaction */
export const reactionContent = {
  type: 'object',
  required: ['m.relates_to'],
  properties: {
    'm.relates_to': {
      type: 'object',
      required: ['rel_type', 'event_id', 'key'],
      properties: { rel_type: { const: 'm.annotation' }, event_id: eventId, key: { type: 'string' } },
    },
  },
} as const

/** The content of `m.room.redaction`. client-server-api/#mroomredaction */
export const redactionContent = {
  type: 'object',
  properties: {
    redacts: { ...eventId, description: 'From room version 11; earlier it stands beside the content.' },
    reason: { type: 'string' },
  },
} as const

/** The content of `m.room.encrypted`, as far as a server can read it. client-server-api/#mroomencrypted */
export const encryptedContent = {
  type: 'object',
  required: ['algorithm', 'ciphertext'],
  properties: {
    algorithm: { type: 'string', examples: ['m.megolm.v1.aes-sha2'] },
    ciphertext: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    session_id: { type: 'string' },
    sender_key: { type: 'string', deprecated: true },
    device_id: { type: 'string', deprecated: true },
    'm.relates_to': relatesTo,
  },
} as const

export type Mentions = FromSchema<typeof mentions>
export type RelatesTo = FromSchema<typeof relatesTo>
export type MessageContent = FromSchema<typeof messageContent>
export type TextMessage = FromSchema<typeof textMessage>
export type ReactionContent = FromSchema<typeof reactionContent>
export type RedactionContent = FromSchema<typeof redactionContent>
