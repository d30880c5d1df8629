import type { NotedEvent, RoomOverview } from '../../../spec/admin/room-explanation.ts'
import { readHistoryVisibility } from '../../protocol/history-visibility.ts'
import { own } from '../../protocol/json-values.ts'
import { creatorsOf, founderOf } from '../../protocol/power-levels.ts'
import { joinRuleOf, type StateLookup } from '../../protocol/state-map.ts'
import type { EventGraph } from '../../storage/event-graph.ts'
import type { RoomFigures } from '../../storage/room-figures.ts'
import type { RoomHistory } from '../../storage/room-history.ts'
import { eventStatus } from '../../storage/stored-event.ts'
import type { LookupStored } from '../receive/state-lookups.ts'
import { healthOf } from './health.ts'
import { type ExplainedRoom, notedInOrder } from './noted.ts'
import type { FindTurns } from './turns.ts'
import { namedUsers, whoMay } from './who-may.ts'

/** Tells of a room as a whole. */
export type OverviewOf = (room: ExplainedRoom) => Promise<RoomOverview>

interface Needs {
  figures: RoomFigures
  history: Pick<RoomHistory, 'noted'>
  eventGraph: Pick<EventGraph, 'places' | 'backwardExtremities'>
  lookupStored: LookupStored
  findTurns: FindTurns
  now: () => number
}

const most = { creators: 100, extremities: 50, gaps: 50, servers: 20, turns: 20 }

const decisive = ['m.room.create', 'm.room.power_levels', 'm.room.join_rules', 'm.room.history_visibility'].map(
  (type) => [type, ''] as const,
)

type Counted = Awaited<ReturnType<RoomFigures['events']>>

const countsOf = ({ all, state, byStatus }: Counted, stateVersions: number, overlays: number): RoomOverview['counts'] => {
  const of = (name: keyof typeof eventStatus): number => byStatus.get(eventStatus[name]) ?? 0
  return {
    events: all,
    state_events: state,
    state_versions: stateVersions,
    overlays,
    outliers: of('outlier'),
    rejected: of('rejected'),
    soft_failed: of('softFailed'),
    turning: of('turning'),
    withheld: of('withheld'),
    dummy: of('dummy'),
    past: of('past'),
  }
}

const membersOf = (rows: Awaited<ReturnType<RoomFigures['servers']>>): Pick<RoomOverview, 'members' | 'servers'> => {
  const members = { join: 0, invite: 0, knock: 0, leave: 0, ban: 0 }
  const servers = new Map<string, { server_name: string; joined: number; known: number }>()
  for (const { server, membership, count } of rows) {
    if (Object.hasOwn(members, membership)) members[membership] += count
    const one = servers.get(server) ?? { server_name: server, joined: 0, known: 0 }
    servers.set(server, { ...one, joined: one.joined + (membership === 'join' ? count : 0), known: one.known + count })
  }
  const sorted = [...servers.values()].sort((a, b) => b.joined - a.joined || b.known - a.known || (a.server_name < b.server_name ? -1 : 1))
  return { members, servers: { count: servers.size, shown: sorted.slice(0, most.servers) } }
}

const rulesOf = ({ version, isPublished }: ExplainedRoom, lookup: StateLookup) => {
  const create = lookup('m.room.create', '')
  const founder = create && founderOf(version, create)
  const creators = new Set([...(founder === undefined ? [] : [founder]), ...creatorsOf(version, create)])
  return {
    creators: [...creators].slice(0, most.creators),
    join_rule: joinRuleOf(lookup),
    history_visibility: readHistoryVisibility(own(lookup('m.room.history_visibility', '')?.pdu.content, 'history_visibility')),
    published: isPublished,
    federates: own(create?.pdu.content, 'm.federate') !== false,
  }
}

export function createOverviewOf({ figures, history, eventGraph, lookupStored, findTurns, now }: Needs): OverviewOf {
  const ends = async (room: ExplainedRoom): Promise<NotedEvent[]> => {
    const places = await eventGraph.places(room.extremities.slice(0, most.extremities))
    return notedInOrder(
      history,
      [...places.values()].map(({ nid }) => nid),
    )
  }

  return async (room) => {
    const { nid, stateVersion } = room
    const lookup = await lookupStored(nid, { version: stateVersion, overlay: undefined }, decisive)
    const counted = await figures.events(nid)
    const overlays = await figures.overlays(nid)
    const gaps = (await eventGraph.backwardExtremities(nid)).toSorted()
    const counts = countsOf(counted, stateVersion, overlays.count)
    const { members, servers } = membersOf(await figures.servers(nid))
    const joinedNamed = await figures.joinedAmong(nid, namedUsers(room.version, lookup))
    const symptoms = {
      extremities: room.extremities.length,
      gaps: gaps.length,
      events: counts.events,
      rejected: counts.rejected,
      softFailed: counts.soft_failed,
      overlayLayers: overlays.layers,
      authEvents: counts.state_events,
      authEdges: await figures.authEdges(nid),
      lastSent: await figures.lastSent(nid),
      turns: counts.turning + counts.past,
      stateVersions: stateVersion,
    }
    return {
      ...rulesOf(room, lookup),
      extremities: { count: room.extremities.length, shown: await ends(room) },
      backward_extremities: { count: gaps.length, shown: gaps.slice(0, most.gaps) },
      counts,
      members,
      servers,
      levels: whoMay(room.version, lookup, joinedNamed, members.join),
      turns: await findTurns(room, most.turns),
      health: healthOf(symptoms, now()),
    }
  }
}
