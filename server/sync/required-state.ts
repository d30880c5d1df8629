import type { Room } from '../rooms/room.ts'
import type { RoomStates } from '../rooms/room-state.ts'
import type { StateStore } from '../storage/state.ts'
import type { StoredEvent } from '../storage/stored-event.ts'

/** Which state a sliding sync asks for: pairs of type and key, with `*`, `$ME` and `$LAZY`. MSC4186 */
export interface StateWish {
  /** Whether a state event is asked for by type and key, lazily loaded members apart. */
  readonly wants: (type: string, stateKey: string) => boolean
  /** All memberships are asked for. */
  readonly allMembers: boolean
  /** The memberships of these users, whoever speaks. */
  readonly members: readonly string[]
  /** The memberships of those who speak. */
  readonly lazy: boolean
}

export function stateWish(pairs: readonly (readonly [string, string])[], me: string): StateWish {
  const exact = new Set<string>()
  const anyKey = new Set<string>()
  const members = new Set<string>()
  let everything = false
  let lazy = false
  const ofAnyType: string[] = []
  for (const [type, given] of pairs) {
    const key = given === '$ME' ? me : given
    if (key === '$LAZY') lazy ||= type === 'm.room.member'
    else if (type === '*' && key === '*') everything = true
    else if (type === '*') ofAnyType.push(key)
    else if (key === '*') anyKey.add(type)
    else exact.add(`${type}\u0000${key}`)
    if (type === 'm.room.member' && key.startsWith('@')) members.add(key)
  }
  for (const key of ofAnyType) if (key.startsWith('@')) members.add(key)
  // With lazy members, a wildcard over types does not mean all members.
  const allMembers = anyKey.has('m.room.member') || (everything && !lazy)
  const wants = (type: string, stateKey: string): boolean =>
    type === 'm.room.member'
      ? allMembers || members.has(stateKey)
      : everything || anyKey.has(type) || exact.has(`${type}\u0000${stateKey}`) || ofAnyType.includes(stateKey)
  return { wants, allMembers, members: [...members], lazy }
}

/** What names an entry of the state. */
export type StateName = Pick<StoredEvent, 'type'> & { readonly stateKey: string }

/** Whose memberships a lazy wish is about. */
export interface LazyMembers {
  /** Who speaks and is new to the client. */
  readonly speakers: readonly string[]
  /** Whom the client was told of because they spoke. */
  readonly told: ReadonlySet<string>
}

/** Gives what a wish asks of a room's state. */
export interface RequiredState {
  /** All of it as it stands, with the members in `speakers` if the wish is lazy. */
  whole(room: Room, wish: StateWish, speakers: readonly string[]): Promise<StoredEvent[]>
  /** What changed of it after a position, with the members in `speakers` if the wish is lazy, and what became of those in `told`. */
  since(room: Room, wish: StateWish, members: LazyMembers, after: number, upTo: number): StoredEvent[] | Promise<StoredEvent[]>
  /** What was taken away of it after a position, which only a resolution does. */
  gone(room: Room, wish: StateWish, told: ReadonlySet<string>, after: number, upTo: number): Promise<readonly StateName[]>
}

export function createRequiredState({ roomStates, state }: { roomStates: RoomStates; state: StateStore }): RequiredState {
  const membersNow = async (room: Room, userIds: readonly string[]): Promise<StoredEvent[]> => {
    await roomStates.loadMembers(room, userIds)
    return userIds.map((userId) => room.members.get(userId)).filter((event) => event !== undefined)
  }
  return {
    whole: async (room, wish, speakers) => {
      const others = [...room.state.values()].filter(({ type, stateKey }) => wish.wants(type, stateKey!))
      if (wish.allMembers) {
        const all = await state.current(room.nid, { kind: 'all' })
        return [...others, ...all.filter(({ type }) => type === 'm.room.member')]
      }
      const members = [...new Set([...wish.members, ...(wish.lazy ? speakers : [])])]
      return members.length === 0 ? others : [...others, ...(await membersNow(room, members))]
    },
    since: (room, wish, { speakers, told }, after, upTo) => {
      const lazyMembers = wish.lazy ? speakers : []
      const wants = wantsWith(wish, told)
      if (room.recentAfter <= after && !hasTurned(room, after)) {
        const latest = latestWanted(room.recent, wants, after, upTo)
        if (lazyMembers.length === 0) return latest
        return membersNow(room, lazyMembers).then((members) => [...latest, ...members.filter((member) => !latest.includes(member))])
      }
      return (async () => {
        const [from, to] = [await state.versionAt(room.nid, after), await state.versionAt(room.nid, upTo)]
        const changed =
          from === to
            ? []
            : (await state.changed(room.nid, from, to, { kind: 'all' })).filter(({ type, stateKey }) => wants(type, stateKey!))
        const members = await membersNow(room, lazyMembers)
        return [...changed, ...members.filter((member) => !changed.some(({ nid }) => nid === member.nid))]
      })()
    },
    gone: async (room, wish, told, after, upTo) => {
      const gone = await state.gone(room.nid, await state.versionAt(room.nid, after), await state.versionAt(room.nid, upTo))
      const wants = wantsWith(wish, told)
      return gone.filter(({ type, stateKey }) => wants(type, stateKey))
    },
  }
}

/** What a client wants that was told of these members because they spoke. */
const wantsWith =
  ({ wants, lazy }: StateWish, told: ReadonlySet<string>): StateWish['wants'] =>
  (type, stateKey) =>
    wants(type, stateKey) || (lazy && type === 'm.room.member' && told.has(stateKey))

/** Whether the state changed otherwise than by the events of the timeline after a position that memory reaches back to. */
const hasTurned = ({ recent }: Room, after: number): boolean =>
  recent.some(({ status, met, pos }) => status !== undefined && met !== undefined && pos! > after)

/** Of the state among these events what is wanted; the latest of each key is what counts. */
function latestWanted(recent: readonly StoredEvent[], wants: StateWish['wants'], after: number, upTo: number): StoredEvent[] {
  const latest: StoredEvent[] = []
  for (let i = recent.length - 1; i >= 0 && recent[i]!.pos! > after; i--) {
    const event = recent[i]!
    const { pos, type, stateKey } = event
    if (stateKey === undefined || pos! > upTo || !wants(type, stateKey)) continue
    if (!latest.some((other) => other.type === type && other.stateKey === stateKey)) latest.push(event)
  }
  return latest.reverse()
}
