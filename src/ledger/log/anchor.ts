import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { equalBytes, keyedHash } from '../../base/index.ts'
import type { LogHead } from '../ledger.ts'

/**
 * The log's newest entry, noted outside every database: an entry cut off the end leaves a whole chain behind, and only
 * this shows that there was more. The file is signed with the log's key, so that it cannot be cut as well.
 */
export interface Anchor {
  /** Null when there is none; `forged` when it was not written under this key. */
  read(): LogHead | 'forged' | null
  write(head: LogHead): void
}

export function openAnchor(path: string, key: Buffer): Anchor {
  const signatureOf = ({ sequence, hash }: LogHead) => keyedHash(key, `head ${sequence} ${hash}`)
  return {
    read: () => {
      if (!existsSync(path)) return null
      const [sequence, hash, signature] = readFileSync(path, 'utf8').trim().split(' ')
      const head = { sequence: Number(sequence), hash: hash ?? '' }
      return equalBytes(signatureOf(head), Buffer.from(signature ?? '', 'hex')) ? head : 'forged'
    },
    write: (head) => {
      const file = openSync(`${path}.new`, 'w', 0o600)
      writeSync(file, `${head.sequence} ${head.hash} ${signatureOf(head).toString('hex')}\n`)
      fsyncSync(file)
      closeSync(file)
      renameSync(`${path}.new`, path)
    },
  }
}
