import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/base/index.ts'
import type { OperatorKey } from '../../src/gate/index.ts'
import { openSqliteLedger } from '../../src/ledger/index.ts'
import type { PolicyBook } from '../../src/policy/policy.ts'

/** A data folder of a test's own. */
export function newFolder() {
  const path = mkdtempSync(join(tmpdir(), 'lethe-ledger-'))
  return {
    path,
    store: join(path, 'lethe.db'),
    keys: join(path, 'keys.db'),
    epochs: join(path, 'epochs.json'),
    /** Every byte of every file, as one. */
    bytes: (): Buffer => Buffer.concat(readdirSync(path).map((name) => readFileSync(join(path, name)))),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

export type Folder = ReturnType<typeof newFolder>

export const operatorKey = (id = 'a', byte = 7): OperatorKey => ({ id, key: Buffer.alloc(32, byte), revoked: false })

export interface OpenGiven {
  readonly policies: PolicyBook
  readonly clock: Clock
  readonly operatorKeys?: readonly OperatorKey[]
}

export const openIn = (folder: Folder, { policies, clock, operatorKeys = [operatorKey()] }: OpenGiven) =>
  openSqliteLedger({
    ...{ path: folder.store, keysPath: folder.keys, epochsPath: folder.epochs },
    ...{ operatorKeys, policies, clock, busyMillis: 50 },
  })
