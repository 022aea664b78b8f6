import type { Dialect } from '../sql.ts'

const types = { bytes: 'text', integer: 'bigint', text: 'text' } as const

/** A column of PostgreSQL holds its type or nothing. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  among: (column, list) => `${column} IN (SELECT jsonb_array_elements_text(CAST(${list} AS jsonb)))`,
  rows: (list, columns) => {
    const all = Object.entries(columns)
    const each = all.map(([name, type]) => (type === 'bytes' ? `decode(${name}, 'hex') AS ${name}` : name))
    const given = all.map(([name, type]) => `${name} ${types[type]}`)
    return `(SELECT ${each.join(', ')} FROM jsonb_to_recordset(CAST(${list} AS jsonb)) AS given(${given.join(', ')}))`
  },
  greatest: (a, b) => `greatest(${a}, ${b})`,
  bytes: (column) => column,
  notBytes: () => 'false',
  notText: () => 'false',
  notInteger: () => 'false',
  outside: (column, set) => `${column} ~ '[^${set}]'`,
}
