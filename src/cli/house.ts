import { type Config, type Overseer, openHouse, processConfig, refuseMissingStore } from '../main/index.ts'
import { type Client, newClient } from './client.ts'

/**
 * Runs `through` the API of a Lethe that is up, or `alone` on the stores under the folder's lock: two processes on one
 * embedded queue would lose rows without an error. The API notes who asked; alone, the log says that somebody did, but for
 * commands that only read what names nobody (`noted` false). A store that was put back from a backup is opened for those alone that
 * say so (`restored`). Throws `store_missing` for a folder without a store, and makes none.
 */
export async function besideOrAlone<T>(
  through: (client: Client) => Promise<T>,
  alone: (overseer: Overseer) => Promise<T>,
  config: Config = processConfig(),
  { noted = true, restored = false }: { readonly noted?: boolean; readonly restored?: boolean } = {},
): Promise<T> {
  const client = newClient(config)
  if (await client.reachable()) return through(client)
  refuseMissingStore(config)
  const house = await openHouse(config, restored)
  try {
    if (noted) await house.ledger.note({ actor: 'command', action: 'opened' })
    return await alone(house.overseer)
  } finally {
    await house.close()
  }
}
