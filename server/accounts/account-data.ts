import type { RoomId, UserId } from '../../spec/identifiers.ts'
import { MatrixError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/event.ts'
import { isObject, own } from '../protocol/json-values.ts'
import type { PushRuleset } from '../protocol/push-rule.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { AccountDataStore } from '../storage/account-data.ts'
import type { Identifiers } from '../storage/identifiers.ts'
import { createInTurn } from './in-turn.ts'
import { pushRulesType } from './reader-rules.ts'

/** Whose account data, and of which room; without one, those for all rooms. */
export interface Place {
  readonly userId: UserId
  readonly roomId?: RoomId
}

/** What people keep on the server for their own clients. client-server-api/#client-config */
export interface AccountData {
  /** @throws M_NOT_FOUND when there is none of that type */
  get(place: Place, type: string): Promise<JsonObject>
  /**
   * @throws M_BAD_JSON (405) for a type that the server writes, M_FORBIDDEN for a room in which the user never was,
   * M_INVALID_PARAM for a type of over 255 bytes, M_TOO_LARGE (400) for a content of over 64 KiB, or when there is too much already
   */
  put(place: Place, type: string, content: JsonObject): Promise<void>
  /** The tags on a room, by name. @throws M_FORBIDDEN for a room in which the user never was */
  tags(place: Required<Place>): Promise<{ [tag: string]: { order?: number } }>
  /** @throws M_FORBIDDEN, M_INVALID_PARAM for a name of over 255 bytes, M_TOO_LARGE (400) for too many */
  putTag(place: Required<Place>, tag: string, content: JsonObject): Promise<void>
  /** To take off what is not there succeeds. @throws M_FORBIDDEN */
  removeTag(place: Required<Place>, tag: string): Promise<void>
}

interface Needs {
  roomStates: Pick<RoomStates, 'open' | 'loadMembers'>
  accountData: Pick<AccountDataStore, 'get' | 'put' | 'count'>
  identifiers: Pick<Identifiers, 'user'>
  pushRulesOf: (userId: UserId) => Promise<PushRuleset>
}

/** The types that clients read and only the server writes. */
const written: readonly string[] = ['m.fully_read', pushRulesType]
const maxEntries = 1000
const maxContentBytes = 65_536
const maxNameBytes = 255
const tagType = 'm.tag'

const checkName = (name: string): void => {
  if (Buffer.byteLength(name) > maxNameBytes)
    throw new MatrixError('M_INVALID_PARAM', `Choose a shorter name: ${maxNameBytes} bytes are the most.`)
}
const tooMuch = (message: string) => new MatrixError('M_TOO_LARGE', message, { status: 400 })
const readTags = (content: JsonObject | undefined): { [tag: string]: { order?: number } } => {
  const tags = own(content, 'tags')
  return isObject(tags)
    ? (Object.fromEntries(Object.entries(tags).filter(([, tag]) => isObject(tag))) as { [tag: string]: { order?: number } })
    : {}
}

export function createAccountData({ roomStates, accountData, identifiers, pushRulesOf }: Needs): AccountData {
  const inTurn = createInTurn()

  const roomOf = async ({ userId, roomId }: Required<Place>): Promise<{ roomId: RoomId; nid: number }> => {
    const room = await roomStates.open(roomId)
    if (room !== undefined) await roomStates.loadMembers(room, [userId])
    if (room?.members.get(userId) === undefined)
      throw new MatrixError('M_FORBIDDEN', 'You were never in this room, so there is nothing to keep about it.')
    return { roomId, nid: room.nid }
  }

  const store = async ({ userId, roomId }: Place, type: string, content: JsonObject): Promise<void> => {
    checkName(type)
    if (Buffer.byteLength(JSON.stringify(content)) > maxContentBytes)
      throw tooMuch(`Keep less in one entry: ${maxContentBytes} bytes of JSON are the most.`)
    const room = roomId === undefined ? undefined : await roomOf({ userId, roomId })
    const userNid = await identifiers.user(userId)
    const isNew = (await accountData.get(userNid, room?.nid ?? 0, type)) === undefined
    if (isNew && (await accountData.count(userNid)) >= maxEntries)
      throw tooMuch(`You keep ${maxEntries} entries by now, which is the most; write over one of them.`)
    await accountData.put({ userId, userNid, type, ...(room !== undefined && { room }) }, content)
  }

  const tagsOf = async (place: Required<Place>): Promise<{ [tag: string]: { order?: number } }> =>
    readTags(await accountData.get(await identifiers.user(place.userId), (await roomOf(place)).nid, tagType))

  const changeTags = (
    place: Required<Place>,
    change: (tags: [string, JsonObject][]) => [string, JsonObject][] | undefined,
  ): Promise<void> =>
    inTurn(`${place.userId} ${place.roomId}`, async () => {
      const tags = change(Object.entries(await tagsOf(place)))
      // `fromEntries` defines keys, so that a tag named `__proto__` would be one like any other.
      if (tags !== undefined) await store(place, tagType, { tags: Object.fromEntries(tags) })
    })

  return {
    get: async ({ userId, roomId }, type) => {
      if (type === pushRulesType && roomId === undefined) return { global: await pushRulesOf(userId) }
      const room = roomId === undefined ? undefined : await roomStates.open(roomId)
      const content =
        roomId !== undefined && room === undefined ? undefined : await accountData.get(await identifiers.user(userId), room?.nid ?? 0, type)
      if (content === undefined) throw new MatrixError('M_NOT_FOUND', 'You keep nothing of that type here.')
      return content
    },
    put: async (place, type, content) => {
      if (written.includes(type))
        throw new MatrixError('M_BAD_JSON', `${type} is written by the server; use the endpoints made for it.`, { status: 405 })
      // Tags are changed one by one beside this.
      await (type === tagType && place.roomId !== undefined
        ? inTurn(`${place.userId} ${place.roomId}`, () => store(place, type, content))
        : store(place, type, content))
    },
    tags: tagsOf,
    putTag: async (place, tag, content) => {
      checkName(tag)
      await changeTags(place, (tags) => [...tags.filter(([name]) => name !== tag), [tag, content]])
    },
    removeTag: (place, tag) =>
      changeTags(place, (tags) => (tags.some(([name]) => name === tag) ? tags.filter(([name]) => name !== tag) : undefined)),
  }
}
