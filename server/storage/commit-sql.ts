import { commitTableList, type CommitTableName } from './commit-tables.ts'
import type { Engine } from './engine.ts'

type Table = (typeof commitTableList)[number][1]

const assignments = ({ columns, key = [], assign = {} }: Table, from: string) =>
  columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => `${name} = ${assign[name] ?? `${from}.${name}`}`)
    .join(', ')

const statement = (table: Table, rows: string): string => {
  const names = table.columns.map(({ name }) => name).join(', ')
  const matches = (table.key ?? []).map((name) => `${table.table}.${name} = r.${name}`).join(' AND ')
  switch (table.mode) {
    case 'insert':
      return `INSERT INTO ${table.table} (${names}) ${rows}`
    case 'add':
      return `INSERT INTO ${table.table} (${names}) ${rows} WHERE 1 = 1 ON CONFLICT (${table.key!.join(', ')}) DO NOTHING`
    case 'delete':
      // Such that the few rows lead to theirs: by EXISTS the whole table would be walked.
      return `DELETE FROM ${table.table} WHERE (${table.key!.join(', ')}) IN (${rows})`
    case 'upsert':
      // SQLite cannot tell an upsert after a SELECT from a join without the WHERE.
      return `INSERT INTO ${table.table} (${names}) ${rows} WHERE 1 = 1
        ON CONFLICT (${table.key!.join(', ')}) DO UPDATE SET ${assignments(table, 'excluded')}`
    case 'update':
      return `UPDATE ${table.table} SET ${assignments(table, 'r')} FROM (${rows}) AS r WHERE ${matches}${table.where ? ` AND ${table.where}` : ''}`
  }
}

/** The statements of SQLite's trigger, by table: `NEW` is the batch, parsed. */
export const sqliteStatements = (tables: readonly CommitTableName[] = commitTableList.map(([name]) => name)): string[] =>
  commitTableList
    .filter(([name]) => tables.includes(name))
    .map(([name, table]) => {
      const cells = table.columns.map((column, i) =>
        column.type === 'events'
          ? `COALESCE((SELECT group_concat(c.nid) FROM json_each(json_each.value ->> ${i}) AS x JOIN event c ON c.event_id = x.value), '') AS ${column.name}`
          : `${column.position ? 'NEW.base + ' : ''}(value ->> ${i}) AS ${column.name}`,
      )
      return statement(table, `SELECT ${cells.join(', ')} FROM json_each(NEW.rows, '$.${name}')`)
    })

/** Makes a view of this connection alone; what is inserted there is a batch that fills these tables and no other. */
export const sqliteCommit = (view: string, tables: readonly CommitTableName[]): string[] => [
  `CREATE TEMP VIEW IF NOT EXISTS ${view} AS SELECT 0 AS base, 0 AS positions, x'' AS rows`,
  `CREATE TEMP TRIGGER ${view}_insert INSTEAD OF INSERT ON ${view} BEGIN
    SELECT RAISE(ABORT, 'log head moved') WHERE (SELECT pos FROM log_head WHERE id = 1) <> NEW.base;
    ${[...sqliteStatements(tables), 'UPDATE log_head SET pos = NEW.base + NEW.positions WHERE id = 1'].join(';\n')};
  END`,
]

function postgresSql(): string[] {
  const statements = commitTableList.map(([name, table]) => {
    const cells = table.columns.map((column, i) =>
      column.type === 'events'
        ? `COALESCE((SELECT string_agg(c.nid::text, ',') FROM jsonb_array_elements_text(value -> ${i}) AS x(id)
            JOIN event c ON c.event_id = x.id), '') AS ${column.name}`
        : column.type === 'text'
          ? `(value ->> ${i}) AS ${column.name}`
          : `${column.position ? 'base + ' : ''}(value ->> ${i})::bigint AS ${column.name}`,
    )
    return `IF batch ? '${name}' THEN ${statement(table, `SELECT ${cells.join(', ')} FROM jsonb_array_elements(batch -> '${name}')`)}; END IF`
  })
  return [
    `CREATE OR REPLACE FUNCTION commit_batch(positions bigint, rows text) RETURNS bigint LANGUAGE plpgsql AS $body$
    #variable_conflict use_column
    DECLARE base bigint; batch jsonb := rows::jsonb;
    BEGIN
      UPDATE log_head SET pos = pos + positions WHERE id = 1 RETURNING pos - positions INTO base;
      ${statements.join(';\n')};
      RETURN base;
    END $body$`,
  ]
}

/**
 * What is made in the database itself, again whenever it differs. Code, not data: no migration holds it. On SQLite nothing but what
 * takes away what earlier versions made; `sqliteCommit` is for each connection.
 */
export const commitSql = (engine: Engine): string[] => (engine === 'sqlite' ? ['DROP VIEW IF EXISTS commit_batch'] : postgresSql())
