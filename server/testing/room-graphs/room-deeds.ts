import { serverNameOf } from '../../protocol/identifiers.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import { contentIn, type Deed, setState } from './scene.ts'

export const say: Deed = ({ actor, chance }) => ({
  sender: actor,
  type: 'm.room.message',
  content: { msgtype: 'm.text', body: `words ${chance.between(1, 999)}` },
})

export const setTopic: Deed = (scene) => setState(scene, 'm.room.topic', { topic: `topic ${scene.chance.between(1, 999)}` })

export const setName: Deed = (scene) => setState(scene, 'm.room.name', { name: `room ${scene.chance.between(1, 999)}` })

/** State of no meaning to servers, under a few keys: some are those of users. */
export const setOther: Deed = (scene) => {
  const { chance, actor, users } = scene
  return setState(scene, 'org.example.note', { n: chance.between(1, 999) }, chance.pick(['', 'a', 'b', actor, chance.pick(users)]))
}

/** The join rules that a version gives a meaning to. */
export const joinRulesOf = ({ knock, restrictedJoins, knockRestricted }: RoomVersion): string[] => [
  'public',
  'invite',
  ...(knock ? ['knock'] : []),
  ...(restrictedJoins ? ['restricted'] : []),
  ...(knockRestricted ? ['knock_restricted'] : []),
]

export const setJoinRule: Deed = (scene) => {
  const { version, chance } = scene
  const allow = [{ type: 'm.room_membership', room_id: '!elsewhere:one.example' }]
  const rule = chance.in(0.08) ? chance.pick(['private', 'knock', 'restricted', 'unheard-of']) : chance.pick(joinRulesOf(version))
  const content = rule.endsWith('restricted') ? { join_rule: rule, allow } : { join_rule: rule }
  return setState(scene, 'm.room.join_rules', content, chance.in(0.03) ? 'other' : '')
}

/** Lets people knock, unless they may. */
export const hearKnocks: Deed = (scene) =>
  ['knock', 'knock_restricted'].includes(String(contentIn(scene, 'm.room.join_rules')['join_rule']))
    ? undefined
    : setState(scene, 'm.room.join_rules', { join_rule: 'knock' })

export const setHistoryVisibility: Deed = (scene) => {
  const visibility = scene.chance.pick(['shared', 'invited', 'joined', 'world_readable', 'unheard-of'])
  return setState(scene, 'm.room.history_visibility', { history_visibility: visibility })
}

/** Redacts what anybody sent, whether the actor's server has it yet or not. */
export const redact: Deed = ({ version, actor, chance, past }) => {
  const target = chance.pickOf(past.slice(-20).filter(({ pdu }) => pdu.type !== 'm.room.create'))
  if (target === undefined) return undefined
  const content = version.redactsInContent ? { redacts: target.eventId } : {}
  return { sender: actor, type: 'm.room.redaction', content, redacts: version.redactsInContent ? undefined : target.eventId }
}

/** Versions before 6 judge this type by its state key alone. */
export const setAliases: Deed = (scene) => {
  const server = serverNameOf(scene.actor)
  return setState(
    scene,
    'm.room.aliases',
    { aliases: [`#room:${server}`] },
    scene.chance.in(0.8) ? server : scene.chance.pick(scene.servers),
  )
}

export const offerInvite: Deed = (scene) =>
  setState(
    scene,
    'm.room.third_party_invite',
    { display_name: 'somebody', key_validity_url: 'https://id.example/', public_key: '' },
    'token',
  )

/** A create event in a room that has one: after others, or beside them all; it may claim to be the older one. */
export const createAgain: Deed = (scene) => {
  const { actor, chance, past, version } = scene
  const content = { room_version: version.id, creator: actor, ...(chance.in(0.3) && { 'm.federate': false }) }
  const ts = chance.in(0.4) ? (past[0]?.pdu.origin_server_ts ?? 0) - chance.between(0, 1000) : undefined
  return { ...setState(scene, 'm.room.create', content), ts }
}
