import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../base/index.ts'
import type { Config } from './config.ts'

const embedded = 'sqlite:'

/**
 * Refuses a data folder without a store in it, and makes nothing there: only `lethe up` begins one, every other command was
 * meant for one that is there. Throws `store_missing`.
 */
export function refuseMissingStore({ data, store, epochs, keys }: Config): void {
  // What is left of a store whose file is gone is told by the store itself: it was there once.
  const traces = [join(data, 'keys.db'), epochs]
  const own = store.startsWith(embedded) ? [store.slice(embedded.length)] : [join(data, 'keys')]
  if ([...own, ...traces].some((path) => existsSync(path))) return
  // A store on a server has nothing in the folder if its keys come from the settings.
  if (!store.startsWith(embedded) && keys !== null) return
  const what = existsSync(data) ? 'holds no store' : 'is not there'
  throw new Fault(
    'store_missing',
    `The data folder ${data} ${what}.`,
    'Set LETHE_DATA to the folder of your Lethe, or stand where its folder "data" lies; only lethe up makes a new one.',
  )
}
