import { dirname, join, resolve } from 'node:path'
import { type Copied, copyStore } from '../ledger/index.ts'
import type { Config } from './config.ts'
import { type FolderLock, lockFolder } from './lock.ts'

/** Copies one store into another while no Lethe of this data folder runs. Throws `data_locked` and what `copyStore` throws. */
export async function copyStores(
  config: Config,
  from: string,
  to: string,
  copied: (done: Copied) => void,
): Promise<readonly Copied[]> {
  const [source, target] = [placeOf(from, config), placeOf(to, config)]
  const locks: FolderLock[] = []
  try {
    // Whoever works on a store in a file holds that file's folder, whatever folder this command was given.
    const folders = [config.data, ...[source, target].flatMap(({ folder }) => folder ?? [])]
    for (const folder of new Set(folders.map((each) => resolve(each)))) locks.push(lockFolder(folder))
    return await copyStore(source, target, copied)
  } finally {
    for (const lock of locks) lock.release()
  }
}

/** A store in a file has its key store beside it; one on PostgreSQL has it in its database. */
function placeOf(url: string, { data }: Config) {
  const folder = url.startsWith('sqlite:') ? dirname(url.slice('sqlite:'.length)) : null
  return { url, folder, keysPath: join(folder ?? data, 'keys.db') }
}
