import { allowing as A, rejecting as R } from '../rule-coverage-table.ts'
import { type Case, id, type Json, message, type Subject, within, withCreate } from './room.ts'

const create = (content: Json, more: Partial<Subject> = {}): Subject => ({
  type: 'm.room.create',
  sender: id('alice'),
  state_key: '',
  content,
  prev_events: [],
  ...more,
})
const founded = { creator: id('alice') }
const additional = (additional_creators: unknown): Subject => create({ ...founded, additional_creators })

/** The create event, the room ID, and rooms that are closed to other servers. */
export const creationCases: readonly Case[] = [
  { title: 'a create event founds a room', event: create(founded), allowedBy: A.create },
  { title: 'a create event after another event', event: create(founded, { prev_events: ['$before'] }), rejectedBy: R.createFollows },
  {
    title: 'a create event for a room ID of another server',
    event: create(founded, { room_id: '!room:b.example' }),
    rejectedBy: R.createRoomId,
  },
  {
    title: 'a create event whose server name differs by its port',
    event: create(founded, { room_id: '!room:a.example:8448' }),
    rejectedBy: R.createRoomId,
  },
  {
    title: 'a create event with a room ID of its own server',
    event: create(founded, { room_id: '!room:a.example' }),
    rejectedBy: within(R.createRoomId, 12),
    allowedBy: within(A.create, 1, 11),
  },
  { title: 'a create event without a room ID', event: create(founded, { room_id: null }), rejectedBy: within(R.createRoomId, 1, 11) },
  { title: 'a create event of an unknown version', event: create({ ...founded, room_version: 'x.unknown' }), rejectedBy: R.createVersion },
  { title: 'a create event whose version is a number', event: create({ ...founded, room_version: 12 }), rejectedBy: R.createVersion },
  { title: 'a create event whose version is null', event: create({ ...founded, room_version: null }), rejectedBy: R.createVersion },
  {
    title: 'a create event whose version only JavaScript knows',
    event: create({ ...founded, room_version: 'constructor' }),
    rejectedBy: R.createVersion,
  },
  { title: 'a create event of a known version', event: create({ ...founded, room_version: '11' }), allowedBy: A.create },
  {
    title: 'a create event that names no creator',
    event: create({}),
    rejectedBy: R.createCreator,
    allowedBy: within(A.create, 11),
  },
  { title: 'a create event whose creator is no text', event: create({ creator: 5 }), allowedBy: A.create },
  {
    title: 'additional creators that are no user IDs',
    event: additional(['alice']),
    rejectedBy: R.createAdditional,
    allowedBy: within(A.create, 1, 11),
  },
  { title: 'additional creators that are no list', event: additional(id('bob')), rejectedBy: R.createAdditional },
  { title: 'additional creators that are null', event: additional(null), rejectedBy: R.createAdditional },
  { title: 'additional creators of whom one is a number', event: additional([id('bob'), 1]), rejectedBy: R.createAdditional },
  { title: 'additional creators', event: additional([id('bob'), '@:b.example']), allowedBy: A.create },
  { title: 'no additional creators in a list of them', event: additional([]), allowedBy: A.create },

  {
    title: 'a room without a create event',
    without: [['m.room.create', '']],
    event: message('member'),
    rejectedBy: { ...R.citesNoCreate, ...R.roomId },
  },
  { title: 'a room ID that names another event', event: { ...message('member'), room_id: '!other' }, rejectedBy: R.roomId },
  {
    title: 'a room ID with the ID of the create event, sigil and all',
    event: { ...message('member'), room_id: '!$create' },
    rejectedBy: R.roomId,
  },
  { title: 'an event without a room ID', event: { ...message('member'), room_id: null }, rejectedBy: R.roomId },

  {
    title: 'another server in a room that is closed to it',
    state: [withCreate({ 'm.federate': false })],
    event: message('@far:b.example'),
    rejectedBy: R.federate,
  },
  {
    title: 'the own server in a room that is closed to others',
    state: [withCreate({ 'm.federate': false })],
    event: message('member'),
    allowedBy: A.otherwise,
  },
  {
    title: 'what counts in a closed room is who sent the create event, not whom it names',
    state: [withCreate({ 'm.federate': false, creator: '@far:b.example' })],
    event: message('@far:b.example'),
    rejectedBy: R.federate,
  },
  {
    title: 'the server on another port is another in a closed room',
    state: [withCreate({ 'm.federate': false })],
    event: message('@alice:a.example:8448'),
    rejectedBy: R.federate,
  },
  ...['false', 0, null].map(
    (value): Case => ({
      title: `another server in a room closed by ${JSON.stringify(value)} and not by false`,
      state: [withCreate({ 'm.federate': value })],
      event: message('@far:b.example'),
      allowedBy: A.otherwise,
    }),
  ),
]
