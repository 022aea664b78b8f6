import { newFolder, openIn } from '../ledger/folder.ts'
import { describeLedger } from './ledger.ts'

describeLedger('SQLite', async (given) => {
  const folder = newFolder()
  const ledger = await openIn(folder, given)
  return {
    ledger,
    dispose: async () => {
      await ledger.close()
      folder.remove()
    },
  }
})
