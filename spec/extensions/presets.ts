/** The names of the team presets that make rooms. What each writes is in the table of `spec/extensions/README.md`. */
export const presetNames = ['channel.public', 'channel.private', 'announcement', 'group.open', 'group.fixed', 'dm'] as const

export type PresetName = (typeof presetNames)[number]

export const presetName = { type: 'string', enum: presetNames } as const
