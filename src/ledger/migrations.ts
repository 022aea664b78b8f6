import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, Fault, packageRoot } from '../base/index.ts'

export interface Migration {
  readonly number: number
  readonly sql: string
  readonly digest: string
}

export const migrationFolder = (dialect: 'sqlite' | 'postgres', which: 'store' | 'keys'): string =>
  join(packageRoot(), 'migrations', dialect, which)

export function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8')
    return { number: Number(name.slice(0, 4)), sql, digest: digest(sql) }
  })
}

/** The indexes that migrations make, by name; also one that a later migration drops. */
export const indexesOf = (folder: string): readonly string[] =>
  readMigrations(folder).flatMap(({ sql }) =>
    [...sql.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+)/g)].map(([, name]) => name!),
  )

/**
 * Those of `all` that are still to be applied. Applied migrations are history: one that was changed since is
 * `migration_changed`, one that this version does not know is `migration_unknown`.
 */
export function dueOf(
  all: readonly Migration[],
  applied: readonly { readonly number: number; readonly digest: string }[],
): readonly Migration[] {
  const known = new Map(all.map((each) => [each.number, each]))
  for (const each of applied) check(each, known.get(each.number))
  const done = new Set(applied.map(({ number }) => number))
  return all.filter(({ number }) => !done.has(number))
}

function check(applied: { readonly number: number; readonly digest: string }, known: Migration | undefined): void {
  if (!known) {
    throw new Fault(
      'migration_unknown',
      `The store has migration ${applied.number}, which this version of Lethe does not know.`,
      'Run the version of Lethe that made the store, or a newer one.',
    )
  }
  if (known.digest !== applied.digest) {
    throw new Fault(
      'migration_changed',
      `Migration ${applied.number} was changed after it had been applied.`,
      'Put the migration back as it was, and write the change as a new one.',
    )
  }
}
