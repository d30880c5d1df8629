import { serverNameOf } from '../../protocol/identifiers.ts'
import { contentIn, type Deed, membershipIn, others, otherServers, powerIn, setMembership } from './scene.ts'

/** Joins as the join rule asks for it; with or without the signature that a restricted join needs. */
export const join: Deed = (scene) => {
  const { actor, chance, version } = scene
  const wish = setMembership(scene, actor, 'join', chance.in(0.3) ? { displayname: `name ${chance.between(1, 9)}` } : {})
  const rule = contentIn(scene, 'm.room.join_rules')['join_rule']
  const isRestricted = rule === 'restricted' || rule === 'knock_restricted'
  if (wish === undefined || !version.restrictedJoins || !(isRestricted ? chance.in(0.9) : chance.in(0.02))) return wish
  const authoriser = chance.pickOf(others(scene, 'join'))
  if (authoriser === undefined) return wish
  return {
    ...wish,
    content: { ...wish.content, join_authorised_via_users_server: authoriser },
    coSigner: chance.in(0.9) ? serverNameOf(authoriser) : chance.pickOf(otherServers(scene)),
  }
}

/** Comes in, if the actor is not there yet; else says who they are now. */
export const joinOrRename: Deed = (scene) => (membershipIn(scene, scene.actor) === 'join' && scene.chance.in(0.7) ? undefined : join(scene))

export const leave: Deed = (scene) => setMembership(scene, scene.actor, 'leave')

export const invite: Deed = (scene) => setMembership(scene, scene.chance.pickOf(others(scene, 'leave', 'knock', 'invite')), 'invite')

export const answerKnock: Deed = (scene) => setMembership(scene, scene.chance.pickOf(others(scene, 'knock')), 'invite')

export const knock: Deed = (scene) =>
  scene.version.knock && membershipIn(scene, scene.actor) !== 'join' ? setMembership(scene, scene.actor, 'knock') : undefined

export const kick: Deed = (scene) => setMembership(scene, scene.chance.pickOf(others(scene, 'join', 'invite', 'knock')), 'leave')

export const ban: Deed = (scene) => setMembership(scene, scene.chance.pickOf(others(scene, 'join', 'invite', 'leave')), 'ban')

export const banWeaker: Deed = (scene) => {
  const own = powerIn(scene, scene.actor)
  return setMembership(scene, scene.chance.pickOf(others(scene, 'join').filter((userId) => powerIn(scene, userId) < own)), 'ban')
}

export const unban: Deed = (scene) => setMembership(scene, scene.chance.pickOf(others(scene, 'ban')), 'leave')

/** Invitations that no third party vouches for, and memberships that there are none of. */
export const oddMembership: Deed = (scene) => {
  const { chance, actor, users } = scene
  const target = chance.pick(users)
  return chance.pick([
    () => setMembership(scene, target, 'guest'),
    () => setMembership(scene, target, 'knock'),
    () => setMembership(scene, target, 'join'),
    () => setMembership(scene, target, 'invite', { third_party_invite: { signed: { mxid: target, token: 'token', signatures: {} } } }),
    () => ({ sender: actor, type: 'm.room.member', stateKey: target, content: {} }),
    () => ({ sender: actor, type: 'm.room.member', content: { membership: 'join' } }),
  ])()
}
