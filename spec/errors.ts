/**
 * Every errcode that this project speaks, with the HTTP status it usually comes with.
 * client-server-api/#common-error-codes, client-server-api/#other-error-codes
 */
export const errcodes = {
  M_FORBIDDEN: 403,
  M_UNKNOWN_TOKEN: 401,
  M_MISSING_TOKEN: 401,
  M_USER_LOCKED: 401,
  M_USER_SUSPENDED: 403,
  M_BAD_JSON: 400,
  M_NOT_JSON: 400,
  M_NOT_FOUND: 404,
  M_LIMIT_EXCEEDED: 429,
  M_UNRECOGNIZED: 404,
  M_UNKNOWN: 500,
  M_UNAUTHORIZED: 401,
  M_USER_DEACTIVATED: 403,
  M_USER_IN_USE: 400,
  M_INVALID_USERNAME: 400,
  M_ROOM_IN_USE: 400,
  M_INVALID_ROOM_STATE: 400,
  M_UNSUPPORTED_ROOM_VERSION: 400,
  M_INCOMPATIBLE_ROOM_VERSION: 400,
  M_BAD_STATE: 403,
  M_GUEST_ACCESS_FORBIDDEN: 403,
  M_MISSING_PARAM: 400,
  M_INVALID_PARAM: 400,
  M_TOO_LARGE: 413,
  M_EXCLUSIVE: 400,
  M_RESOURCE_LIMIT_EXCEEDED: 403,
  M_CANNOT_LEAVE_SERVER_NOTICE_ROOM: 403,
  M_WEAK_PASSWORD: 400,
  M_UNKNOWN_POS: 400,
  M_CANNOT_OVERWRITE_MEDIA: 409,
  M_NOT_YET_UPLOADED: 504,
  M_DUPLICATE_ANNOTATION: 400,
  M_WRONG_ROOM_KEYS_VERSION: 403,
  M_BAD_ALIAS: 400,
  M_PROFILE_TOO_LARGE: 400,
  M_KEY_TOO_LARGE: 400,
  M_UNABLE_TO_AUTHORISE_JOIN: 400,
  M_UNABLE_TO_GRANT_JOIN: 400,
  M_INVITE_BLOCKED: 403,
  'chat.hallway.MODULE_DISABLED': 403,
  'chat.hallway.DM_LOCKED': 403,
  'chat.hallway.POLICY': 403,
} as const

export type Errcode = keyof typeof errcodes

/** The body of every error answer. client-server-api/#standard-error-response */
export const errorBody = {
  type: 'object',
  required: ['errcode'],
  properties: {
    errcode: { type: 'string' },
    error: { type: 'string', description: 'One sentence for people.' },
    retry_after_ms: { type: 'integer', description: 'Milliseconds to wait, with M_LIMIT_EXCEEDED.' },
    soft_logout: { type: 'boolean', description: 'The session survives; log in again, or refresh, to go on.' },
  },
  additionalProperties: true,
} as const
