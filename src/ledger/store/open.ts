import { dirname, join } from 'node:path'
import { realClock } from '../../base/index.ts'
import { openEpochs } from '../keys/epochs.ts'
import type { Ledger } from '../ledger.ts'
import { openAnchor } from '../log/anchor.ts'
import { openErased } from '../log/erased.ts'
import type { Databases, LedgerOptions } from '../open.ts'
import { openKeyStore } from './key-store.ts'
import { pair } from './pair.ts'
import type { Store } from './store.ts'
import { markSuppressions } from './suppress-list.ts'
import { verbs } from './verbs.ts'

/** Two databases of the newest schema, their epoch keys and the files beside them, checked to belong together, as a ledger. */
export async function openStore({ db, keyDb, engine, serve }: Databases, options: LedgerOptions): Promise<Ledger> {
  const { policies, clock = realClock, operatorKeys, epochsPath } = options
  // One process at a time makes what is there once: the mark of the pair, the first epoch, the root keys.
  const { epochs, keys } = await db.alone(() =>
    keyDb.alone(async () => {
      const fresh = await pair(db, keyDb)
      const epochs = openEpochs(epochsPath, operatorKeys, fresh, clock.now())
      return { epochs, keys: await openKeyStore(keyDb, epochs, operatorKeys) }
    }),
  )
  const anchor = openAnchor(options.auditHeadPath ?? join(dirname(epochsPath), 'audit-head'), keys.log)
  const erased = openErased(options.erasedPath ?? join(dirname(epochsPath), 'erased'), keys.log)
  const store: Store = { db, keys, epochs, policies, clock, anchor, erased, engine }
  await markSuppressions(store)
  serve()
  return verbs(store, operatorKeys)
}
