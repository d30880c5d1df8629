import type { Event, JsonObject } from '../../protocol/event.ts'
import { citedIds } from '../../protocol/event.ts'
import { createNaiveRoom } from './naive-room.ts'
import { receiveInOrder } from './naive-receipt.ts'
import type { RoomGraph } from './room-graph.ts'

/** A graph for people: a line an event, with names for IDs, and what the model says of each; then the text with the same names. */
export const printGraph = (graph: RoomGraph, text = ''): string => {
  const names = new Map<string, string>(graph.events.map(({ eventId }, at) => [eventId, `e${at}`]))
  const rename = (line: string): string => line.replaceAll(/\$[A-Za-z0-9+/_-]+(:[a-z.:0-9]+)?/g, (id) => names.get(id) ?? id)
  const lines = [`room version ${graph.version.id}, seed ${graph.seed}`]
  for (const { placed, softFailure } of receiveInOrder(createNaiveRoom(graph.version), graph.events)) {
    const { rejection } = placed
    const refused = rejection === undefined ? softFailure && `soft-failed ${softFailure}` : `rejected by ${rejection.by}, ${rejection.rule}`
    lines.push(`${printEvent(placed.event, rename)}${refused === undefined ? '' : `  ← ${refused}`}`)
  }
  return [...lines, rename(text)].join('\n')
}

const printEvent = ({ eventId, pdu }: Event, rename: (line: string) => string): string => {
  const key = pdu.state_key === undefined ? '' : ` [${pdu.state_key}]`
  const citations = `after ${citedIds(pdu.prev_events).join(' ') || 'nothing'}, by ${citedIds(pdu.auth_events).join(' ') || 'nothing'}`
  const time = `ts ${pdu.origin_server_ts - 1_700_000_000_000}, depth ${pdu.depth}`
  return rename(`${eventId} ${pdu.sender} ${pdu.type}${key} ${printContent(pdu.content)} ${citations}; ${time}`)
}

const printContent = (content: JsonObject): string => JSON.stringify(content)
