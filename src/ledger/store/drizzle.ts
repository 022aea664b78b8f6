import { createRequire } from 'node:module'

/**
 * Drizzle as the CommonJS that it ships as well. Node parses a package's description once for each ES module of it, and
 * Drizzle has 178 KB of description and a hundred modules: measured, 0.5 s of processor at each start, and so at each command.
 */
const load = createRequire(import.meta.url)

export const { and, asc, count, desc, DrizzleQueryError, eq, getTableColumns, lt, or, sql } = load(
  'drizzle-orm',
) as typeof import('drizzle-orm')
export const { blob, integer, primaryKey, sqliteTable, text } = load(
  'drizzle-orm/sqlite-core',
) as typeof import('drizzle-orm/sqlite-core')
export const { drizzle } = load('drizzle-orm/sqlite-proxy') as typeof import('drizzle-orm/sqlite-proxy')
