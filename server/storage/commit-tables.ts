/** A value of a row in a batch: an absolute value, or (in columns marked `position`) an offset from the batch's first position. */
export type Cell = string | number | null | readonly string[]
export type Row = readonly Cell[]

interface CommitColumn {
  readonly name: string
  /** `events`: the cell is a list of event IDs, the column their numbers with commas between; those not held are left out. */
  readonly type: 'bigint' | 'text' | 'events'
  readonly position?: boolean
}

interface CommitTable {
  readonly table: string
  /** Columns in the order of the row's cells; `position` columns hold offsets, to which SQL adds the base. */
  readonly columns: readonly CommitColumn[]
  /**
   * `insert`: a duplicate fails the batch. `upsert`: replaces by `key`. `update`: sets the columns outside `key`, where `where` holds.
   * `add`: a duplicate stays as it is. `delete`: removes by `key`.
   */
  readonly mode: 'insert' | 'upsert' | 'update' | 'add' | 'delete'
  readonly key?: readonly string[]
  readonly where?: string
  /** For `upsert`: what a column becomes where it is not simply the new row's value (`excluded`). */
  readonly assign?: { readonly [column: string]: string }
}

const n = (name: string) => ({ name, type: 'bigint' as const })
const t = (name: string) => ({ name, type: 'text' as const })
const p = (name: string) => ({ name, type: 'bigint' as const, position: true })

/**
 * Everything that the group commit can write, in the order it is written: the one list from which both engines' SQL is made.
 * A batch is one JSON text, `{ [table]: rows }`, bound as one value and unpacked by SQL.
 */
export const commitTables = {
  closedState: {
    table: 'state_interval',
    mode: 'update',
    key: ['room_nid', 'skey_nid'],
    where: 'state_interval.v_to IS NULL',
    columns: [n('room_nid'), n('skey_nid'), n('v_to')],
  },
  event: {
    table: 'event',
    mode: 'insert',
    columns: [
      p('nid'),
      t('event_id'),
      n('room_nid'),
      p('pos'),
      t('type'),
      n('skey_nid'),
      n('sender_nid'),
      n('depth'),
      n('ts'),
      n('state_before'),
      n('class'),
      t('rel_type'),
      t('relates_to'),
      t('redacts'),
      n('device_nid'),
      t('txn_id'),
      n('overlay'),
      n('met'),
      n('status'),
    ],
  },
  eventJson: { table: 'event_json', mode: 'insert', columns: [p('nid'), t('body')] },
  edge: { table: 'edge', mode: 'insert', columns: [p('nid'), t('prev_id')] },
  /** An event that was an outlier, and now has its place. */
  placed: {
    table: 'event',
    mode: 'update',
    key: ['nid'],
    columns: [n('nid'), p('pos'), n('state_before'), n('class'), n('overlay'), n('met'), n('status')],
  },
  /** An event whose place in the timeline lies before all that was held when it came: its position is below zero. */
  inThePast: { table: 'event', mode: 'update', key: ['event_id'], columns: [t('event_id'), n('pos')] },
  authCited: {
    table: 'auth_cited',
    mode: 'insert',
    columns: [n('room_nid'), p('nid'), n('kind'), { name: 'cited', type: 'events' }],
  },
  overlay: { table: 'overlay', mode: 'insert', columns: [p('nid'), n('room_nid'), n('base'), n('parent'), t('entries')] },
  overlaid: { table: 'event', mode: 'update', key: ['event_id'], columns: [t('event_id'), p('overlay')] },
  backwardExtremity: { table: 'backward_extremity', mode: 'add', key: ['room_nid', 'event_id'], columns: [n('room_nid'), t('event_id')] },
  reached: { table: 'backward_extremity', mode: 'delete', key: ['room_nid', 'event_id'], columns: [n('room_nid'), t('event_id')] },
  stateInterval: {
    table: 'state_interval',
    mode: 'insert',
    columns: [n('room_nid'), n('skey_nid'), n('v_from'), n('v_to'), p('event_nid')],
  },
  /** Entries that a resolution gave to an event that is stored already; number 0: to none. */
  stateRestored: {
    table: 'state_interval',
    mode: 'insert',
    columns: [n('room_nid'), n('skey_nid'), n('v_from'), n('v_to'), n('event_nid')],
  },
  stateVersion: { table: 'state_version', mode: 'insert', columns: [n('room_nid'), n('version'), p('pos')] },
  membership: {
    table: 'membership',
    mode: 'upsert',
    key: ['room_nid', 'user_nid'],
    columns: [n('room_nid'), n('user_nid'), t('membership'), p('event_nid'), p('since'), n('joined_before'), n('forgotten')],
    // A change of name does not begin a membership anew, and who was in the room once has a past in it for good.
    assign: {
      since: 'CASE WHEN membership.membership = excluded.membership THEN membership.since ELSE excluded.since END',
      joined_before: 'CASE WHEN membership.joined_before = 1 THEN 1 ELSE excluded.joined_before END',
    },
  },
  mention: { table: 'mention', mode: 'insert', columns: [n('user_nid'), n('room_nid'), p('nid'), n('highlight')] },
  redacted: {
    table: 'event',
    mode: 'update',
    key: ['event_id', 'room_nid'],
    columns: [t('event_id'), n('room_nid'), p('redacted_by'), n('class')],
  },
  /** Events whose redaction has its number already. */
  redactedEarlier: {
    table: 'event',
    mode: 'update',
    key: ['event_id', 'room_nid'],
    columns: [t('event_id'), n('room_nid'), n('redacted_by'), n('class')],
  },
  receipt: {
    table: 'receipt',
    mode: 'upsert',
    key: ['room_nid', 'user_nid', 'type', 'thread'],
    columns: [n('room_nid'), n('user_nid'), t('type'), t('thread'), t('event_id'), n('event_pos'), n('ts'), p('pos')],
  },
  accountData: {
    table: 'account_data',
    mode: 'upsert',
    key: ['user_nid', 'room_nid', 'type'],
    columns: [n('user_nid'), n('room_nid'), t('type'), t('content'), p('pos')],
  },
  roomHead: {
    table: 'room_head',
    mode: 'upsert',
    key: ['room_nid'],
    columns: [n('room_nid'), n('state_version'), n('depth'), t('extremities'), p('pos'), p('bump')],
    // A batch without a message leaves the bump as it was: its offset is before all positions.
    assign: { bump: 'CASE WHEN excluded.bump > room_head.bump THEN excluded.bump ELSE room_head.bump END' },
  },
} as const satisfies { [name: string]: CommitTable }

export type CommitTableName = keyof typeof commitTables
/** Rows by table; tables without rows are absent. */
export type Batch = { [name in CommitTableName]?: Row[] }
export const commitTableList = Object.entries(commitTables) as [CommitTableName, CommitTable][]
