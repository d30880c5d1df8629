import type { UserId } from '../../../spec/identifiers.ts'
import type { JsonObject } from '../../protocol/event.ts'
import { isObject } from '../../protocol/json-values.ts'
import type { RoomVersion } from '../../protocol/room-versions.ts'
import type { Chance } from './chance.ts'
import { contentIn, type Deed, others, powerIn, type Scene, setState } from './scene.ts'

const levels = [0, 0, 10, 25, 50, 50, 75, 100]
const levelNames = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite']

/** A level as servers write it: now and then as a string, where the version reads those. */
const written = (version: RoomVersion, chance: Chance, level: number): unknown =>
  !version.integerPowerLevels && chance.in(0.1) ? chance.pick([`${level}`, ` ${level}`, `+${level}`, `0${level} `]) : level

/** The power levels that the actor knows, with some of them changed. */
const change = (scene: Scene, name: string, entries: JsonObject) => {
  const content = contentIn(scene, 'm.room.power_levels')
  const map = content[name]
  return setState(scene, 'm.room.power_levels', { ...content, [name]: { ...(isObject(map) ? map : {}), ...entries } })
}

const setLevel = (scene: Scene, target: UserId | undefined, level: number) =>
  target === undefined ? undefined : change(scene, 'users', { [target]: written(scene.version, scene.chance, level) })

export const promote: Deed = (scene) => {
  const own = Math.min(powerIn(scene, scene.actor), 100)
  return setLevel(scene, scene.chance.pickOf(others(scene, 'join')), scene.chance.in(0.4) ? own : scene.chance.pick(levels))
}

/** Takes power from somebody who has some. */
export const demote: Deed = (scene) => {
  const powerful = others(scene, 'join', 'leave', 'ban').filter((userId) => powerIn(scene, userId) > 0)
  return setLevel(scene, scene.chance.pickOf(powerful), scene.chance.pick([0, 0, 10, -1]))
}

export const stepDown: Deed = (scene) => setLevel(scene, scene.actor, scene.chance.pick([0, 50]))

export const changeLevel: Deed = (scene) => {
  const { chance, version } = scene
  const level = (): unknown => written(version, chance, chance.pick(levels))
  if (chance.in(0.4)) return change(scene, 'events', { [chance.pick(['m.room.topic', 'm.room.message', 'm.room.name'])]: level() })
  if (chance.in(0.2)) return change(scene, 'notifications', { room: level() })
  return setState(scene, 'm.room.power_levels', { ...contentIn(scene, 'm.room.power_levels'), [chance.pick(levelNames)]: level() })
}

/** Power levels that not every version reads, and some under a state key that does not count. */
export const oddLevels: Deed = (scene) => {
  const { chance, actor, users } = scene
  const content = contentIn(scene, 'm.room.power_levels')
  return chance.pick([
    () => setState(scene, 'm.room.power_levels', { ...content, ban: 'fifty' }),
    () => setState(scene, 'm.room.power_levels', { ...content, kick: '50' }),
    () => setState(scene, 'm.room.power_levels', { ...content, users: [] }),
    () => setState(scene, 'm.room.power_levels', { ...content, users: { nobody: 0 } }),
    () => setState(scene, 'm.room.power_levels', {}),
    () => setState(scene, 'm.room.power_levels', { users: { [chance.pick(users)]: 100 } }, 'other'),
    () => change(scene, 'users', { [actor]: 101 }),
  ])()
}
