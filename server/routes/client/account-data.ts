import {
  createFilter,
  deleteTag,
  getAccountData,
  getFilter,
  getRoomAccountData,
  listTags,
  putAccountData,
  putRoomAccountData,
  putTag,
} from '../../../spec/client/account-data.ts'
import type { AccountData } from '../../accounts/account-data.ts'
import type { Filters } from '../../accounts/filters.ts'
import { route, type Route } from '../../http/route.ts'
import { requireSelf } from './require-self.ts'

interface Needs {
  readonly accountData: AccountData
  readonly filters: Filters
}

/** What people keep on the server for their own clients. client-server-api/#client-config, #room-tagging, #filtering */
export const accountDataRoutes = ({ accountData, filters }: Needs): Route[] => [
  route(getAccountData, async ({ requester, params: { userId, type } }) => {
    requireSelf(requester, userId)
    return accountData.get({ userId }, type)
  }),
  route(putAccountData, async ({ requester, params: { userId, type }, body }) => {
    requireSelf(requester, userId)
    await accountData.put({ userId }, type, body)
    return {}
  }),
  route(getRoomAccountData, async ({ requester, params: { userId, roomId, type } }) => {
    requireSelf(requester, userId)
    return accountData.get({ userId, roomId }, type)
  }),
  route(putRoomAccountData, async ({ requester, params: { userId, roomId, type }, body }) => {
    requireSelf(requester, userId)
    await accountData.put({ userId, roomId }, type, body)
    return {}
  }),
  route(listTags, async ({ requester, params: { userId, roomId } }) => {
    requireSelf(requester, userId)
    return { tags: await accountData.tags({ userId, roomId }) }
  }),
  route(putTag, async ({ requester, params: { userId, roomId, tag }, body }) => {
    requireSelf(requester, userId)
    await accountData.putTag({ userId, roomId }, tag, { ...body })
    return {}
  }),
  route(deleteTag, async ({ requester, params: { userId, roomId, tag } }) => {
    requireSelf(requester, userId)
    await accountData.removeTag({ userId, roomId }, tag)
    return {}
  }),
  route(createFilter, async ({ requester, params: { userId }, body }) => {
    requireSelf(requester, userId)
    return { filter_id: await filters.keep(userId, body) }
  }),
  route(getFilter, async ({ requester, params: { userId, filterId } }) => {
    requireSelf(requester, userId)
    return filters.get(userId, filterId)
  }),
]
