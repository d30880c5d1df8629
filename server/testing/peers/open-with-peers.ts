import { unpaddedBase64 } from '../../protocol/encoding.ts'
import type { KeyOf } from '../../protocol/received-pdu.ts'
import type { SingleOut } from '../../rooms/mentions.ts'
import { createAdoptRoom } from '../../rooms/receive/adopt-room.ts'
import type { FetchBounds } from '../../rooms/receive/fetch-missing.ts'
import type { Database } from '../../storage/database.ts'
import { createSyncTokens } from '../../sync/sync-token.ts'
import { wirePeers, wireReceive } from '../../wire-receive.ts'
import { wireRooms } from '../../wire-rooms.ts'
import { wireStores } from '../../wire-storage.ts'
import { keyOfGraphs } from '../fake-peer.ts'

const nobody: SingleOut = { candidates: () => [], concerned: () => [], hold: () => [], read: async () => {}, mentions: () => [] }

interface Options {
  /** A server of the graph, whose users are local then; absent: one that no graph has. */
  readonly serverName?: string
  readonly keyOf?: KeyOf
  readonly fetchBounds?: FetchBounds
}

/** A server's rooms on a database, that receives from peers and sends itself; made anew, it is as after a restart. */
export function openWithPeers(database: Database, { serverName = 'here.example', keyOf = keyOfGraphs, fetchBounds }: Options = {}) {
  const storage = wireStores(database)
  const rooms = wireRooms(storage, {
    // The key that the server has in graphs, too.
    identity: {
      serverName,
      incarnation: 'a',
      keyId: 'ed25519:1',
      signingKeySeed: unpaddedBase64(Buffer.alloc(32, serverName)),
      fresh: false,
    },
    syncTokens: createSyncTokens('a', 'b'),
    singleOut: nobody,
    isStaff: () => false,
    ignoredUsers: async () => new Set(),
    now: () => Date.now(),
  })
  const receive = wireReceive(storage, rooms)
  const peers = wirePeers(storage, rooms, receive, { serverName, keyOf, ...(fetchBounds && { fetchBounds }) })
  const adoptRoom = createAdoptRoom({ roomStates: rooms.roomStates, identifiers: storage.identifiers })
  return { ...storage, ...rooms, ...receive, ...peers, adoptRoom, serverName }
}

export type WithPeers = ReturnType<typeof openWithPeers>
