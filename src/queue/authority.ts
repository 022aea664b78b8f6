import { readFileSync } from 'node:fs'
import { Fault } from '../base/index.ts'

/** The certificate of an authority, for TLS to any engine. Throws `queue_address`. */
export function authorityIn(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch {
    // The same fault: its reason holds the path and nothing that the next step does not say.
  }
  throw new Fault(
    'queue_address',
    'LETHE_QUEUE names a file of an authority that cannot be read or holds no certificate.',
    'Name a PEM file that this user may read, with its full path.',
  )
}
