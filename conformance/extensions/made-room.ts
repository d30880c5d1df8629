import { getCapabilities } from '../../spec/client/discovery.ts'
import type { PresetName } from '../../spec/extensions/presets.ts'
import { createPresetRoom } from '../../spec/extensions/rooms.ts'
import type { RoomId } from '../../spec/identifiers.ts'
import { NotApplicable } from '../expect.ts'
import type { Person } from '../people.ts'

/** A room of a preset, with a name where it needs one. @throws NotApplicable where the server says that not everybody may make it. */
export const made = async (person: Person, preset: PresetName, more: object = {}): Promise<RoomId> => {
  if (preset === 'announcement') await assertMayMake(person, preset)
  return (await person.ok(createPresetRoom, { body: { preset, ...(preset.startsWith('group') ? {} : { name: 'Kitchen' }), ...more } }))
    .room_id
}

/** @throws NotApplicable where the server does not let everybody use a preset, and says so. */
const assertMayMake = async (person: Person, preset: PresetName): Promise<void> => {
  const { capabilities } = await person.ok(getCapabilities, {})
  const { available = [] } = (capabilities['chat.hallway.presets'] ?? {}) as { available?: string[] }
  if (!available.includes(preset)) throw new NotApplicable(`the server lets only some make rooms of the preset ${preset}`)
}
