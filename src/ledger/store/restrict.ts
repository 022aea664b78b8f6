import { type Address, type Handle, idOf } from '../../base/index.ts'
import type { Stops } from '../ledger.ts'
import type { People } from './people.ts'
import type { Stopping } from './stops.ts'
import { type Store, writing } from './store.ts'

/**
 * True of a message that is nobody's who is restricted: the others wait with their content, are not sent and do not expire.
 * Purposes of the house, which have a dot in their names, answer for themselves: people are told of their rights all the same.
 */
export const unheld = `(messages.purpose LIKE '%.%' OR NOT EXISTS
  (SELECT 1 FROM subjects r WHERE r.handle = messages.handle AND r.state = 'restricted'))`

/** Restricted data is kept, its purge held; nothing new is recorded or sent until it is lifted. */
export function restrict(store: Store, people: People, stopping: Stopping) {
  const put = store.db.prepare<[string, Buffer]>('UPDATE subjects SET state = ? WHERE handle = ?')
  return (address: Address, on: boolean): Promise<{ readonly handle: Handle; readonly stops: Stops } | null> =>
    writing(store, async () => {
      const person = await people.find(address)
      if (!person) return null
      await put.run(on ? 'restricted' : 'active', person.handle)
      // Who withdrew before the restriction is still withdrawn after it.
      return { handle: idOf(person.handle), stops: (await stopping.isStopped(person.handle)) ? 'stop' : 'lift' }
    })
}
