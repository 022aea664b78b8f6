import type { Dialect } from '../sql.ts'

/** A column of SQLite takes what it is given: that it holds what it should is for a query to find out. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  among: (column, list) => `${column} IN (SELECT value FROM json_each(${list}))`,
  rows: (list, columns) => {
    const each = Object.entries(columns).map(([name, type]) =>
      type === 'bytes' ? `unhex(value ->> '${name}') AS ${name}` : `value ->> '${name}' AS ${name}`,
    )
    return `(SELECT ${each.join(', ')} FROM json_each(${list}))`
  },
  greatest: (a, b) => `max(${a}, ${b})`,
  bytes: (column) => `CAST(${column} AS BLOB)`,
  notBytes: (column) => `typeof(${column}) <> 'blob'`,
  notText: (column) => `typeof(${column}) <> 'text'`,
  notInteger: (column) => `typeof(${column}) <> 'integer'`,
  outside: (column, set) => `${column} GLOB '*[^${set}]*'`,
}
