/** The numbers that a room version's text gives to its authorisation rules, so that verdicts cite what one can look up. */
export interface RuleNumbers {
  readonly create: string
  /** That the room ID names an accepted create event; absent where the version has no such rule. */
  readonly roomId?: string
  readonly authEvents: string
  readonly federate: string
  /** What is special to `m.room.aliases` (5 and earlier). */
  readonly aliases?: string
  readonly member: MemberRuleNumbers
  readonly senderJoined: string
  readonly thirdPartyInvite: string
  readonly requiredLevel: string
  readonly foreignStateKey: string
  readonly powerLevels: PowerLevelRuleNumbers
  /** What a redaction's sender must be (2 and earlier). */
  readonly redaction?: string
}

/** All of them whole, such as `4.3.7`. */
export interface MemberRuleNumbers {
  readonly shape: string
  /** That the server of `join_authorised_via_users_server` has signed (8 and later). */
  readonly authorised?: string
  /** `join`, and its parts that moved from version to version. */
  readonly join: string
  readonly joinRestricted?: string
  readonly joinOtherwise: string
  readonly invite: string
  readonly leave: string
  readonly ban: string
  /** `knock` (7 and later). */
  readonly knock?: string
  readonly unknown: string
}

/** All of them whole, such as `9.6.1`. */
export interface PowerLevelRuleNumbers {
  /** That the levels at the top are integers. Before version 10 it is the format of levels that demands it, so the rule as a whole. */
  readonly topLevelIntegers: string
  /** That the levels in `events` and `notifications` are integers; as above. */
  readonly mapIntegers: string
  readonly users: string
  /** That no creator has a number (12 and later). */
  readonly creators?: string
  readonly topLevelChange: string
  readonly mapOldValue: string
  readonly mapNewValue: string
  readonly userOldValue: string
  readonly userNewValue: string
}

/** Numbers of the rules on power levels, from `users` on: the check of users has `first`, the others follow it. */
const powerLevelsFrom = (rule: string, first: number, changes = first + 2): PowerLevelRuleNumbers => ({
  topLevelIntegers: rule,
  mapIntegers: rule,
  users: `${rule}.${first}`,
  topLevelChange: `${rule}.${changes}`,
  mapOldValue: `${rule}.${changes + 1}.1`,
  mapNewValue: `${rule}.${changes + 2}.1`,
  userOldValue: `${rule}.${changes + 3}.1`,
  userNewValue: `${rule}.${changes + 4}.1`,
})

/** Numbers of the rules on members before restricted joins. */
const plainMembers = (rule: string): MemberRuleNumbers => ({
  shape: `${rule}.1`,
  join: `${rule}.2`,
  joinOtherwise: `${rule}.2.6`,
  invite: `${rule}.3`,
  leave: `${rule}.4`,
  ban: `${rule}.5`,
  unknown: `${rule}.6`,
})

const restrictedMembers = (rule: string): MemberRuleNumbers => ({
  shape: `${rule}.1`,
  authorised: `${rule}.2.1`,
  join: `${rule}.3`,
  joinRestricted: `${rule}.3.5`,
  joinOtherwise: `${rule}.3.7`,
  invite: `${rule}.4`,
  leave: `${rule}.5`,
  ban: `${rule}.6`,
  knock: `${rule}.7`,
  unknown: `${rule}.8`,
})

const v3: RuleNumbers = {
  create: '1',
  authEvents: '2',
  federate: '3',
  aliases: '4',
  member: plainMembers('5'),
  senderJoined: '6',
  thirdPartyInvite: '7',
  requiredLevel: '8',
  foreignStateKey: '9',
  powerLevels: powerLevelsFrom('10', 1),
}

const { aliases: _aliases, ...withoutAliases } = v3
const v6: RuleNumbers = {
  ...withoutAliases,
  member: plainMembers('4'),
  senderJoined: '5',
  thirdPartyInvite: '6',
  requiredLevel: '7',
  foreignStateKey: '8',
  powerLevels: powerLevelsFrom('9', 1),
}

const v8: RuleNumbers = { ...v6, member: restrictedMembers('4') }

const v10: RuleNumbers = { ...v8, powerLevels: { ...powerLevelsFrom('9', 3), topLevelIntegers: '9.1', mapIntegers: '9.2' } }

const v12: RuleNumbers = {
  create: '1',
  roomId: '2',
  authEvents: '3',
  federate: '4',
  member: restrictedMembers('5'),
  senderJoined: '6',
  thirdPartyInvite: '7',
  requiredLevel: '8',
  foreignStateKey: '9',
  powerLevels: { ...powerLevelsFrom('10', 3, 6), topLevelIntegers: '10.1', mapIntegers: '10.2', creators: '10.4' },
}

/** By the version whose text gave them; later ones keep them until the next entry. rooms/v1/#authorisation-rules and so on */
export const ruleNumbers = {
  v1: { ...v3, redaction: '11' },
  v3,
  v6,
  v7: { ...v6, member: { ...v6.member, knock: '4.6', unknown: '4.7' } },
  v8,
  v10,
  v12,
} as const satisfies { [version: string]: RuleNumbers }
