import { join } from 'node:path'
import { newLog, realClock } from '../../../src/base/index.ts'
import { openSqliteLedger } from '../../../src/ledger/index.ts'
import { openQueue } from '../../../src/queue/index.ts'
import { newRights, newSigner } from '../../../src/upkeep/index.ts'
import { operatorKey } from '../../ledger/folder.ts'
import { bookOf, policyOf } from '../../ledger/policies.ts'

type Around = <T extends object>(room: string, verbs: T) => T

/** A store in a folder, a queue at a URL, and people's rights over them; `around` may put something in between. */
export async function openRights(folder: string, queueUrl: string, around: Around = (_room, verbs) => verbs) {
  const book = bookOf(policyOf())
  const ledger = await openSqliteLedger({
    ...{ path: join(folder, 'lethe.db'), keysPath: join(folder, 'keys.db'), epochsPath: join(folder, 'epochs') },
    ...{ operatorKeys: [operatorKey()], policies: book, clock: realClock },
  })
  await ledger.enforce(book.inForce)
  const queue = await openQueue(queueUrl)
  const { clean, forget } = around('queue', queue)
  const rights = newRights({
    ...{ book, clock: realClock, signer: newSigner([operatorKey()]) },
    log: newLog(() => {}, realClock),
    epochMillis: 604_800_000,
    ledger: around('ledger', ledger),
    queue: { clean, forget, board: around('board', queue.board) },
  })
  const close = async (): Promise<void> => {
    await queue.close()
    await ledger.close()
  }
  return { book, ledger, queue, rights, close }
}
