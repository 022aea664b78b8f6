import type { Environment } from '../../journeys/lethe.ts'
import { findNeedles } from '../../journeys/needles.ts'
import { flush, inLog, onPostgres } from '../../journeys/raw-store.ts'
import type { Stage } from '../stage/stage.ts'

/** Needles in every byte that a Lethe of this stage keeps; names of files are cut to what tells them apart. */
export async function searched(stage: Stage, env: Environment, needles: readonly (string | Buffer)[]) {
  await flush(env)
  const folders = stage.folders(env)
  return findNeedles(folders, needles).map((found) => folders.reduce((text, each) => text.replaceAll(each, ''), found))
}

/**
 * The same for sealed copies and keyed hashes of what was deleted: where the store is on PostgreSQL, its write-ahead log
 * keeps them until it is overwritten, as every receipt says, and they open for nobody once their epoch has ended.
 */
export async function searchedTables(stage: Stage, env: Environment, needles: readonly Buffer[]) {
  return (await searched(stage, env, needles)).filter((found) => !inLog(found))
}

/** What evidence adds about that log. */
export const logAside = (env: Environment): string =>
  onPostgres(env) ? ', the write-ahead log of PostgreSQL aside' : ''
