/** The number of one rule by the versions that have it: `{'1-5': '5.1', '12': '5.1'}`. */
export type Numbers = { readonly [versions: string]: string }

// Written after the text of each version, apart from the server's own numbers: what is wrong there must not be right here.
const members = (before8: string, from8 = before8): Numbers => ({
  '1-5': `5.${before8}`,
  '6-7': `4.${before8}`,
  '8-11': `4.${from8}`,
  '12': `5.${from8}`,
})
const members8 = (number: string): Numbers => ({ '8-11': `4.${number}`, '12': `5.${number}` })
const knocks = (number: string): Numbers => ({ '7': `4.6.${number}`, '8-11': `4.7.${number}`, '12': `5.7.${number}` })
const cites = (number: string): Numbers => ({ '1-11': `2.${number}`, '12': `3.${number}` })
const levels = (v1: string, v10: string, v12: string): Numbers => ({
  '1-5': `10.${v1}`,
  '6-9': `9.${v1}`,
  '10-11': `9.${v10}`,
  '12': `10.${v12}`,
})

/** Every rule that rejects. rooms/v1/#authorisation-rules, and so on to rooms/v12/#authorisation-rules */
export const rejecting = {
  createFollows: { '1-12': '1.1' },
  createRoomId: { '1-12': '1.2' },
  createVersion: { '1-12': '1.3' },
  createCreator: { '1-10': '1.4' },
  createAdditional: { '12': '1.4' },
  roomId: { '12': '2' },
  citesTwice: cites('1'),
  citesUnselected: cites('2'),
  citesRejected: cites('3'),
  citesNoCreate: { '1-11': '2.4' },
  citesForeign: cites('5'),
  federate: { '1-11': '3', '12': '4' },
  aliasesStateKey: { '1-5': '4.1' },
  aliasesServer: { '1-5': '4.2' },
  memberShape: members('1'),
  memberUnsigned: members8('2.1'),
  joinOther: members('2.2', '3.2'),
  joinBanned: members('2.3', '3.3'),
  joinUnauthorised: members8('3.5.2'),
  joinOtherwise: members('2.6', '3.7'),
  offerBanned: members('3.1.1', '4.1.1'),
  offerUnsigned: members('3.1.2', '4.1.2'),
  offerLacks: members('3.1.3', '4.1.3'),
  offerOtherUser: members('3.1.4', '4.1.4'),
  offerUnknown: members('3.1.5', '4.1.5'),
  offerOtherSender: members('3.1.6', '4.1.6'),
  offerOtherwise: members('3.1.8', '4.1.8'),
  inviteOutside: members('3.2', '4.2'),
  invitePresent: members('3.3', '4.3'),
  inviteOtherwise: members('3.5', '4.5'),
  leaveAbsent: members('4.1', '5.1'),
  leaveOutside: members('4.2', '5.2'),
  leaveBanned: members('4.3', '5.3'),
  leaveOtherwise: members('4.5', '5.5'),
  banOutside: members('5.1', '6.1'),
  banOtherwise: members('5.3', '6.3'),
  knockRule: knocks('1'),
  knockOther: knocks('2'),
  knockOtherwise: knocks('4'),
  memberUnknown: { '1-5': '5.6', '6': '4.6', '7': '4.7', '8-11': '4.8', '12': '5.8' },
  senderOutside: { '1-5': '6', '6-11': '5', '12': '6' },
  offerPower: { '1-5': '7.1', '6-11': '6.1', '12': '7.1' },
  requiredLevel: { '1-5': '8', '6-11': '7', '12': '8' },
  foreignStateKey: { '1-5': '9', '6-11': '8', '12': '9' },
  /** No number of its own: how levels may be written is part of the event format. */
  levelFormat: { '1-5': '10', '6-9': '9' },
  topIntegers: { '10-11': '9.1', '12': '10.1' },
  mapIntegers: { '10-11': '9.2', '12': '10.2' },
  users: levels('1', '3', '3'),
  usersCreators: { '12': '10.4' },
  topOld: levels('3.1', '5.1', '6.1'),
  topNew: levels('3.2', '5.2', '6.2'),
  mapOld: levels('4.1', '6.1', '7.1'),
  mapNew: levels('5.1', '7.1', '8.1'),
  userOld: levels('6.1', '8.1', '9.1'),
  userNew: levels('7.1', '9.1', '10.1'),
  redaction: { '1-2': '11.3' },
} as const satisfies { [rule: string]: Numbers }

/** Every rule that allows at once, and what each level of the text ends in. */
export const allowing = {
  create: { '1-10': '1.5', '11': '1.4', '12': '1.5' },
  aliases: { '1-5': '4.3' },
  joinFirst: members('2.1', '3.1'),
  joinInvited: members('2.4', '3.4'),
  joinRestrictedInvited: members8('3.5.1'),
  joinAuthorised: members8('3.5.3'),
  joinPublic: members('2.5', '3.6'),
  offerKey: members('3.1.7.1', '4.1.7.1'),
  offerListedKey: members('3.1.7.2', '4.1.7.2'),
  invite: members('3.4', '4.4'),
  leaveOwn: members('4.1', '5.1'),
  leave: members('4.4', '5.4'),
  ban: members('5.2', '6.2'),
  knock: knocks('3'),
  offerPower: { '1-5': '7.1', '6-11': '6.1', '12': '7.1' },
  firstLevels: levels('2', '4', '5'),
  /** Version 12 numbers two rules 10.10; this is the second. */
  levels: levels('8', '10', '10'),
  redactionLevel: { '1-2': '11.1' },
  redactionServer: { '1-2': '11.2' },
  otherwise: { '1-2': '12', '3-5': '11', '6-11': '10', '12': '11' },
} as const satisfies { [rule: string]: Numbers }

/** The number by single version: `Map {'1' → '5.1', …}`. */
export const byVersion = (numbers: Numbers): Map<string, string> => {
  const found = new Map<string, string>()
  for (const [versions, number] of Object.entries(numbers)) {
    const [first, last = first] = versions.split('-').map(Number)
    for (let id = first as number; id <= (last as number); id++) found.set(`${id}`, number)
  }
  return found
}
