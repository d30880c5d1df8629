import { putAccountData } from '../../spec/client/account-data.ts'
import type { Call } from './call.ts'
import { computed, type ReadonlySignal } from './changes.ts'
import type { Content } from './event.ts'
import type { ListSort } from './room-list.ts'
import type { Rooms } from './rooms.ts'

/** What a person has chosen, the same on all devices. */
export interface Choices {
  /** The key that sends: Enter, or Ctrl (⌘) and Enter. */
  readonly send_key: 'enter' | 'ctrl_enter'
  readonly list_sort: ListSort
  readonly theme: 'system' | 'light' | 'dark'
  /** Whether others see how far one has read. */
  readonly read_receipts: 'public' | 'private'
}

/** The account's preferences, kept as `chat.hallway.preferences` in its account data. */
export interface Preferences {
  readonly current: ReadonlySignal<Choices>
  /** Shown at once; taken back if the server refuses. @throws CallError */
  choose(change: Partial<Choices>): Promise<void>
}

interface Needs {
  readonly call: Call
  readonly me: string
  readonly rooms: Pick<Rooms, 'accountData' | 'setAccountData'>
}

const type = 'chat.hallway.preferences'
const pick = <T extends string>(content: Content | undefined, key: string, allowed: readonly [T, ...T[]]): T =>
  allowed.find((value) => value === content?.[key]) ?? allowed[0]

/** Creates the preferences over the account data. */
export const createPreferences = ({ call, me, rooms }: Needs): Preferences => ({
  current: computed(() => {
    const content = rooms.accountData.value.get(type)
    return {
      send_key: pick(content, 'send_key', ['enter', 'ctrl_enter']),
      list_sort: pick(content, 'list_sort', ['unread', 'recent']),
      theme: pick(content, 'theme', ['system', 'light', 'dark']),
      read_receipts: pick(content, 'read_receipts', ['public', 'private']),
    }
  }),
  choose: async (change) => {
    const before = rooms.accountData.value.get(type) ?? {}
    const next = { ...before, ...change }
    rooms.setAccountData(type, next)
    await call(putAccountData, { params: { userId: me, type }, body: next }).catch((error: unknown) => {
      rooms.setAccountData(type, before)
      throw error
    })
  },
})
